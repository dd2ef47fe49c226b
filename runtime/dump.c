/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dump.c - the copy of the process that tells where its threads are (dump.h), seen from
 * the thread that was asked: it waits for the copy, with a limit, and writes what it said.
 */
#define _GNU_SOURCE
#include "dump.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "kept.h"
#include "log.h"
#include "options.h"
#include "platform.h"
#include "report.h"
#include "slot.h"

#define SECONDS_MOST 10      /* for a copy that names functions, */
#define SECONDS_MOST_BARE 5  /* and for one that does not */
#define PATIENCE 20          /* for another thread's */
#define STACK_BYTES (1u << 20)
#define TASKS_MOST 4096

/* What the copy says, in memory that both see. */
struct said {
	uint32_t done; /* futex */
	uint32_t pad;
	uint64_t used;
	char text[];
};
#define SAID_BYTES (64ull << 20)

/* ---- time ---- */

static uint64_t ticks_at_start, ns_at_start;
static int own_pid; /* not that of a child that shares our memory */

static uint64_t now_ns(void)
{
	struct timespec time = { 0 };

	race_syscall(__NR_clock_gettime, CLOCK_MONOTONIC, (long)&time, 0, 0, 0, 0);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

void race_dump_init(void)
{
	own_pid = race_sys_getpid();
	ns_at_start = now_ns();
	ticks_at_start = __builtin_ia32_rdtsc();
}

static uint64_t ticks_per_ms(uint64_t ticks)
{
	uint64_t us = (now_ns() - ns_at_start) / 1000;

	/* 1,000 ticks are near enough, and do not overflow for 200 days. */
	return us ? (ticks - ticks_at_start) / 1000 * 1000 / us * 1000 : 0;
}

/* ---- in the copy ---- */

struct copy {
	struct race_dump_asked asked;
	struct said *said;
};

static int copy_main(void *opaque)
{
	const struct copy *copy = opaque;
	struct rlimit no_core = { 0, 0 };
	struct race_text text = { 0 };
	uint64_t most = SAID_BYTES - sizeof(struct said);

	race_alone = true;
	race_store(&__race_self.busy, __race_self.busy + 1);
	race_syscall(__NR_setrlimit, RLIMIT_CORE, (long)&no_core, 0, 0, 0, 0);
	race_syscall(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0, 0);
	if (!copy->asked.bare)
		race_kept_begin();
	race_dump_tell(&text, &copy->asked);
	race_kept_end();
	copy->said->used = text.used < most ? text.used : most;
	memcpy(copy->said->text, text.data, copy->said->used);
	race_store_release(&copy->said->done, 1);
	race_syscall(__NR_futex, (long)&copy->said->done, FUTEX_WAKE, 1, 0, 0, 0);
	race_sys_exit_group(0);
}

/* ---- in the process ---- */

/* Has the copy ended? It is nobody's child whom the program could wait for. */
static bool has_ended(long pid, int how)
{
	int status;

	return race_syscall(__NR_wait4, pid, (long)&status, __WALL | how, 0, 0, 0) != 0;
}

/* The time of processors that a process has had: its clock, as the kernel numbers it. */
static uint64_t used_ns(long pid)
{
	struct timespec time = { 0 };

	race_syscall(__NR_clock_gettime, (~pid << 3) | 2, (long)&time, 0, 0, 0, 0);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* On a loaded machine it may be slow. One that hangs uses no processor, or too much. */
static void wait_for(long pid, const struct said *said, int seconds)
{
	const struct timespec moment = { .tv_nsec = 20000000 };
	uint64_t most = (uint64_t)seconds * 1000000000, end = now_ns() + most, used = 0;

	while (!race_load_acquire(&said->done) && !has_ended(pid, WNOHANG)) {
		if (now_ns() > end) {
			uint64_t before = used;

			used = used_ns(pid);
			if (used == before || used > most) {
				race_syscall(__NR_kill, pid, SIGKILL, 0, 0, 0, 0);
				break;
			}
			end = now_ns() + most / 4;
		}
		race_syscall(__NR_futex, (long)&said->done, FUTEX_WAIT, 0, (long)&moment, 0, 0);
	}
	has_ended(pid, 0);
}

/* libc's clone() calls the function and nothing else. */
static bool copy_asked(struct copy *copy, char *stack, int seconds)
{
	long pid;

	copy->said->done = 0;
	pid = clone(copy_main, stack + STACK_BYTES, 0, copy);
	if (pid < 0)
		return false;
	wait_for(pid, copy->said, seconds);
	return race_load_acquire(&copy->said->done);
}

static bool format_is(const char *format)
{
	return !strcmp(race_options.format, format);
}

static void write_out(struct race_text *text, int fd)
{
	struct race_text whole = { 0 };

	if (!format_is("sarif")) {
		fd >= 0 ? (void)race_text_write(text, fd) : race_log_write(text);
	} else if (fd < 0) {
		race_log_piece(text, race_report_sarif_head, race_report_sarif_tail);
	} else {
		race_text_string(&whole, race_report_sarif_head);
		race_text_bytes(&whole, text->data, text->used);
		race_text_string(&whole, race_report_sarif_tail);
		race_text_write(&whole, fd);
		race_text_free(&whole);
	}
}

/* Without a copy: by addresses alone, from memory that others may be changing. */
static void tell_in_place(struct copy *copy, int fd)
{
	struct race_text text = { 0 };

	copy->asked.bare = true;
	race_dump_tell(&text, &copy->asked);
	write_out(&text, fd);
	race_text_free(&text);
}

static int32_t hidden;

void race_dump_hide(int32_t kernel_tid)
{
	race_store(&hidden, kernel_tid);
}

static uint32_t without_hidden(struct race_task *tasks, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (tasks[i].tid == race_load(&hidden)) {
			tasks[i] = tasks[count - 1];
			return count - 1;
		}
	return count;
}

static void dump(struct copy *copy, struct race_task *tasks, int fd)
{
	char *stack = race_map(STACK_BYTES);
	long said = race_sys_mmap(NULL, SAID_BYTES, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE);
	bool mapped = said > 0 || said < -4096;

	race_kept_open();
	copy->said = (struct said *)said;
	copy->asked.task = tasks;
	copy->asked.tasks = tasks ? without_hidden(tasks, race_tasks_read(tasks, TASKS_MOST)) : 0;
	copy->asked.ticks = __builtin_ia32_rdtsc();
	copy->asked.ticks_per_ms = ticks_per_ms(copy->asked.ticks);
	if (stack && mapped && copy_asked(copy, stack, SECONDS_MOST)) {
	} else if (stack && mapped && (copy->asked.bare = true, copy_asked(copy, stack, SECONDS_MOST_BARE))) {
	} else {
		tell_in_place(copy, fd);
		copy->said = NULL;
	}
	if (copy->said) {
		struct race_text text = { copy->said->text, copy->said->used, SAID_BYTES };

		write_out(&text, fd);
	}
	if (stack)
		race_sys_munmap(stack, STACK_BYTES);
	if (mapped)
		race_sys_munmap((void *)said, SAID_BYTES);
}

static uint32_t dumping; /* the kernel's number of the thread that does */

void race_dump_forked(void)
{
	own_pid = race_sys_getpid();
	race_store(&dumping, 0);
	race_kept_forked();
}

static const struct race_dump_writer *writer(void)
{
	return format_is("json") ? &race_dump_json :
	       format_is("sarif") ? &race_dump_sarif : &race_dump_text;
}

void race_dump_end(void)
{
	if (format_is("sarif"))
		race_log_end(race_report_sarif_tail);
}

void race_dump(int fd, int signal, const struct race_registers *at, uint64_t pc)
{
	struct copy copy = { .asked = { .pid = race_sys_getpid(), .signal = signal, .at = at,
					.pc = pc,
					.self = __race_self.thread,
					.writer = writer() } };
	uint64_t all = ~0ull, mask;
	struct race_task *tasks;
	uint32_t other = 0;

	if (!race_runtime.ready || copy.asked.pid != own_pid)
		return;
	race_sys_sigprocmask(SIG_SETMASK, &all, &mask);
	/* Who asks meanwhile is answered by the one under way, when that is over: the next
	 * thing may be the end of the process. */
	if (!__atomic_compare_exchange_n(&dumping, &other, (uint32_t)race_sys_gettid(), false,
					 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		race_futex_wait(&dumping, other, &(const struct timespec){ .tv_sec = PATIENCE });
		race_sys_sigprocmask(SIG_SETMASK, &mask, NULL);
		return;
	}
	tasks = race_map(TASKS_MOST * sizeof(*tasks));
	dump(&copy, tasks, fd);
	if (tasks)
		race_sys_munmap(tasks, TASKS_MOST * sizeof(*tasks));
	race_store_release(&dumping, 0);
	race_futex_wake(&dumping, INT32_MAX);
	race_sys_sigprocmask(SIG_SETMASK, &mask, NULL);
}
