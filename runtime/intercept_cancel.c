/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_cancel.c - asynchronous cancellation ends a thread at any instruction, but
 * never inside of race_enter, where it may hold a lock of ours. libc sends a signal of its
 * own for it, which no sigaction reaches: the kernel itself is told of our handler, which
 * waits for race_leave like those of the program's signals and then calls libc's.
 */
#define _GNU_SOURCE
#include <pthread.h>

#include "floor.h"
#include "intercept.h"
#include "platform.h"

#define SIGCANCEL 32 /* glibc's */

/* As the kernel has it. */
struct kernel_action {
	void (*handler)(int, siginfo_t *, void *);
	uint64_t flags;
	void (*restorer)(void);
	uint64_t mask;
};

static void (*libc_handler)(int, siginfo_t *, void *);

static void handler(int number, siginfo_t *info, void *context)
{
	if (race_is_busy())
		race_signal_hold_back(number, info, context);
	else
		libc_handler(number, info, context);
}

static long kernel_sigaction(const struct kernel_action *wanted, struct kernel_action *old)
{
	return race_syscall(__NR_rt_sigaction, SIGCANCEL, (long)wanted, (long)old, sizeof(old->mask),
	                    0, 0);
}

/* libc sets its handler at the first pthread_cancel, too late for us. This thread does not
 * exist, has been cancelled before and is at its end: all bits of its state are set. */
static void make_libc_set_its_handler(int (*cancel)(pthread_t))
{
	uint64_t nobody[1024];

	for (uint32_t i = 0; i < 1024; i++)
		nobody[i] = 0x7f7f7f7f7f7f7f7full;
	cancel((pthread_t)nobody);
}

static void take_over(int (*cancel)(pthread_t))
{
	struct kernel_action action;

	if (race_load_acquire(&libc_handler))
		return;
	make_libc_set_its_handler(cancel);
	if (kernel_sigaction(NULL, &action) || (uint64_t)action.handler <= 1 ||
	    action.handler == handler)
		return;
	race_store_release(&libc_handler, action.handler);
	action.handler = handler;
	kernel_sigaction(&action, NULL);
}

RACE_STAND_IN(int, pthread_cancel, (pthread_t thread))
{
	if (race_is_watching()) {
		race_floor_expect_handler(RACE_SIGNAL_CANCEL);
		take_over(RACE_REAL(pthread_cancel));
	}
	return RACE_REAL(pthread_cancel)(thread);
}
