/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * platform.h - the kernel's door. The runtime stands in for much of libc, so where it
 * needs the system it asks the kernel itself: no stand-in is entered, errno and
 * cancellation are never touched. Calls return what the kernel returns: a negative
 * errno value on failure.
 *
 * The lock for the cold rooms (reports, unwinding) is here too: a futex word, with
 * the program's signals held back while it is held, so that a handler which races
 * waits its turn rather than meet its own thread's lock.
 */
#ifndef RACE_PLATFORM_H
#define RACE_PLATFORM_H

#include <asm/unistd.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#include "base.h"

#if !defined(__x86_64__) || !defined(__linux__)
#error "platform.h: only Linux on x86-64 is known here"
#endif

RACE_INLINE long race_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* ---- files ---- */
RACE_INLINE long race_sys_write(int fd, const void *data, size_t size)
{
	return race_syscall(__NR_write, fd, (long)data, (long)size, 0, 0, 0);
}

RACE_INLINE long race_sys_read(int fd, void *data, size_t size)
{
	return race_syscall(__NR_read, fd, (long)data, (long)size, 0, 0, 0);
}

RACE_INLINE long race_sys_open(const char *path, int flags, int mode)
{
	return race_syscall(__NR_open, (long)path, flags, mode, 0, 0, 0);
}

RACE_INLINE long race_sys_pread(int fd, void *data, size_t size, uint64_t at)
{
	return race_syscall(__NR_pread64, fd, (long)data, (long)size, (long)at, 0, 0);
}

RACE_INLINE long race_sys_close(int fd)
{
	return race_syscall(__NR_close, fd, 0, 0, 0, 0, 0);
}

RACE_INLINE long race_sys_readlink(const char *path, char *target, size_t size)
{
	return race_syscall(__NR_readlink, (long)path, (long)target, (long)size, 0, 0, 0);
}

/* The length with the zero behind it. */
RACE_INLINE long race_sys_getcwd(char *path, size_t size)
{
	return race_syscall(__NR_getcwd, (long)path, (long)size, 0, 0, 0, 0);
}

/* ---- memory ---- */
RACE_INLINE long race_sys_mmap(void *addr, size_t size, int protection, int flags)
{
	return race_syscall(__NR_mmap, (long)addr, (long)size, protection, flags, -1, 0);
}

RACE_INLINE long race_sys_munmap(void *addr, size_t size)
{
	return race_syscall(__NR_munmap, (long)addr, (long)size, 0, 0, 0, 0);
}

RACE_INLINE long race_sys_madvise(void *addr, size_t size, int advice)
{
	return race_syscall(__NR_madvise, (long)addr, (long)size, advice, 0, 0, 0);
}

/* Zeroed private memory, or NULL when the kernel has none. */
RACE_INLINE void *race_map(size_t size)
{
	long addr = race_sys_mmap(NULL, size, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);

	return addr < 0 && addr > -4096 ? NULL : (void *)addr;
}

/* Copies what may be unmapped or not readable; false: it was. */
RACE_INLINE bool race_sys_peek(uint64_t addr, void *out, size_t size)
{
	struct {
		uint64_t addr;
		size_t size;
	} from = { addr, size }, to = { (uint64_t)out, size };
	long pid = race_syscall(__NR_getpid, 0, 0, 0, 0, 0, 0);

	return race_syscall(__NR_process_vm_readv, pid, (long)&to, 1, (long)&from, 1, 0) ==
	       (long)size;
}

/* ---- this thread, this process ---- */
RACE_INLINE int race_sys_getpid(void)
{
	return (int)race_syscall(__NR_getpid, 0, 0, 0, 0, 0, 0);
}

RACE_INLINE int race_sys_gettid(void)
{
	return (int)race_syscall(__NR_gettid, 0, 0, 0, 0, 0, 0);
}

RACE_INLINE long race_sys_sched_yield(void)
{
	return race_syscall(__NR_sched_yield, 0, 0, 0, 0, 0, 0);
}

RACE_INLINE long race_sys_personality(unsigned long persona)
{
	return race_syscall(__NR_personality, (long)persona, 0, 0, 0, 0, 0);
}

RACE_INLINE long race_sys_nanosleep(const struct timespec *time, struct timespec *left)
{
	return race_syscall(__NR_nanosleep, (long)time, (long)left, 0, 0, 0, 0);
}

RACE_INLINE long race_sys_sigprocmask(int how, const uint64_t *set, uint64_t *old)
{
	return race_syscall(__NR_rt_sigprocmask, how, (long)set, (long)old, sizeof(*set), 0, 0);
}

RACE_INLINE __attribute__((noreturn)) void race_sys_exit_group(int status)
{
	for (;;)
		race_syscall(__NR_exit_group, status, 0, 0, 0, 0, 0);
}

/* ---- futex: sleeps while *word == expected, `time` (relative) or NULL for ever ---- */
RACE_INLINE long race_futex_wait(uint32_t *word, uint32_t expected,
				 const struct timespec *time)
{
	return race_syscall(__NR_futex, (long)word, FUTEX_WAIT_PRIVATE, (long)expected,
			    (long)time, 0, 0);
}

RACE_INLINE long race_futex_wake(uint32_t *word, int count)
{
	return race_syscall(__NR_futex, (long)word, FUTEX_WAKE_PRIVATE, count, 0, 0, 0);
}

/* ---- the lock of the cold rooms ---- */
struct race_lock {
	uint32_t word;  /* 0 free, 1 held, 2 held and somebody waits */
	uint32_t owner; /* kernel's number of the holder, 0 when free */
	uint64_t mask;  /* signals the holder had blocked before */
};

/* Takes the lock; false when this very thread holds it already (the caller then
 * leaves without the work: it is being done further out). Faults stay deliverable,
 * so that a crash in here is seen where it happens. */
RACE_INLINE bool race_lock_take(struct race_lock *lock)
{
	uint64_t all = ~(1ull << (SIGSEGV - 1) | 1ull << (SIGBUS - 1) | 1ull << (SIGILL - 1) |
			 1ull << (SIGFPE - 1) | 1ull << (SIGTRAP - 1));
	uint32_t me = (uint32_t)race_sys_gettid(), seen = 0;
	uint64_t mask = 0;

	if (race_load(&lock->owner) == me)
		return false;
	race_sys_sigprocmask(SIG_SETMASK, &all, &mask);
	if (!__atomic_compare_exchange_n(&lock->word, &seen, 1, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		while (__atomic_exchange_n(&lock->word, 2, __ATOMIC_ACQUIRE) != 0)
			race_futex_wait(&lock->word, 2, NULL);
	race_store(&lock->owner, me);
	lock->mask = mask;
	return true;
}

/* Only the number of the holder is compared above, so the child of a fork may drop
 * what its parent's thread took. */
RACE_INLINE void race_lock_drop(struct race_lock *lock)
{
	uint64_t mask = lock->mask;

	race_store(&lock->owner, 0);
	if (__atomic_exchange_n(&lock->word, 0, __ATOMIC_RELEASE) == 2)
		race_futex_wake(&lock->word, 1);
	race_sys_sigprocmask(SIG_SETMASK, &mask, NULL);
}

#endif
