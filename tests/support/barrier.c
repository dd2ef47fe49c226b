/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * barrier.c - see barrier.h. Nothing here may be visible to the detector: no libc
 * call at all, the system call is made by hand.
 */
#include "barrier.h"

#include <linux/futex.h>
#include <sys/syscall.h>

static void futex(unsigned *word, long operation, long value)
{
	register long timeout __asm__("r10") = 0;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(SYS_futex), "D"(word), "S"(operation), "d"(value), "r"(timeout)
			 : "rcx", "r11", "memory");
}

void barrier_init(struct barrier *b, unsigned threads)
{
	b->threads = threads;
	b->waiting = 0;
	b->round = 0;
}

void barrier_wait(struct barrier *b)
{
	unsigned round = __atomic_load_n(&b->round, __ATOMIC_ACQUIRE);

	if (__atomic_add_fetch(&b->waiting, 1, __ATOMIC_ACQ_REL) == b->threads) {
		__atomic_store_n(&b->waiting, 0, __ATOMIC_RELAXED);
		__atomic_store_n(&b->round, round + 1, __ATOMIC_RELEASE);
		futex(&b->round, FUTEX_WAKE_PRIVATE, 0x7fffffff);
		return;
	}
	while (__atomic_load_n(&b->round, __ATOMIC_ACQUIRE) == round)
		futex(&b->round, FUTEX_WAIT_PRIVATE, round);
}
