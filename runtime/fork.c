/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * fork.c - before a fork the other threads are asked to stay out of race_enter, and
 * those inside are waited for: their sections are short and bounded. The child goes on
 * with the forking thread alone, in its epoch, and counts its own races.
 */
#include "fork.h"

#include <linux/membarrier.h>
#include <pthread.h>

#include "platform.h"
#include "report.h"
#include "thread.h"

static int own_pid;

/* Is that thread inside of race_enter? Its words live as long as it has not passed
 * race_thread_finish, which needs the lock. */
static bool is_inside(const struct race_thread *thread)
{
	bool inside;

	race_thread_lock();
	inside = thread && thread->words && thread->words != &__race_self &&
	         race_load(&thread->words->busy);
	race_thread_unlock();
	return inside;
}

static void stop_others(void)
{
	uint32_t nobody = 0;

	race_enter();
	while (!__atomic_compare_exchange_n(&race_stopping, &nobody, 1, false, __ATOMIC_SEQ_CST,
	                                    __ATOMIC_RELAXED)) {
		race_leave();
		nobody = 0;
		race_enter();
	}
	/* Orders the others' stores of `busy` against our loads: they have no fence. */
	if (race_syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0, 0, 0, 0))
		race_syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0, 0, 0, 0);
	for (uint32_t tid = 0; tid < race_load(&race_runtime.tids); tid++)
		while (is_inside(race_thread_in_slot(tid)))
			race_sys_sched_yield();
}

static void go_on(void)
{
	race_store_release(&race_stopping, 0);
	race_leave();
}

static void before_fork(void)
{
	stop_others();
	race_report_before_fork();
}

static void in_parent(void)
{
	race_report_after_fork();
	go_on();
}

static void in_child(void)
{
	own_pid = race_sys_getpid();
	race_thread_forked(race_self());
	race_report_forget_count();
	race_report_after_fork();
	go_on();
}

void race_fork_init(void)
{
	own_pid = race_sys_getpid();
	race_syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0, 0, 0, 0);
	pthread_atfork(before_fork, in_parent, in_child);
}

bool race_fork_owns_process(void)
{
	return own_pid == race_sys_getpid();
}
