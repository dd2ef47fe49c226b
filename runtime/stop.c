/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * stop.c - keeping the others out (stop.h). Their sections and the doors are short and
 * bounded: whoever is inside is waited for.
 */
#include "stop.h"

#include <linux/membarrier.h>

#include "platform.h"

static bool checks_stopped;

static bool kernel_has(int command)
{
	return race_syscall(__NR_membarrier, command, 0, 0, 0, 0, 0) == 0;
}

bool race_barrier_in_all(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };

	if (race_likely(kernel_has(MEMBARRIER_CMD_PRIVATE_EXPEDITED)))
		return true;
	if (kernel_has(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) &&
	    kernel_has(MEMBARRIER_CMD_PRIVATE_EXPEDITED))
		return true;
	/* A program may have forbidden itself the call: store buffers empty themselves in
	 * far less than a moment. */
	if (!kernel_has(MEMBARRIER_CMD_GLOBAL))
		race_sys_nanosleep(&moment, NULL);
	return false;
}

/* The words of another thread that runs, or NULL. They live as long as it has not passed
 * race_thread_finish, which needs the lock. */
static struct race_words *words_of(uint32_t tid)
{
	const struct race_thread *thread = race_thread_in_slot(tid);

	return thread && thread->words != &__race_self ? thread->words : NULL;
}

static bool is_inside(uint32_t tid)
{
	const struct race_words *words;
	bool inside;

	race_thread_lock();
	words = words_of(tid);
	inside = words && race_load(&words->busy);
	race_thread_unlock();
	return inside;
}

static void wait_for_all(void)
{
	race_barrier_in_all();
	for (uint32_t tid = 0; tid < race_load(&race_runtime.tids); tid++)
		while (is_inside(tid))
			race_sys_sched_yield();
}

static bool all_come_out_soon(void)
{
	uint32_t patience = 1000;

	race_barrier_in_all();
	for (uint32_t tid = 0; tid < race_load(&race_runtime.tids); tid++)
		while (is_inside(tid)) {
			if (!patience--)
				return false;
			race_sys_sched_yield();
		}
	return true;
}

enum answer { STOPPED, ANOTHER_STOPS, NOT_YET };

static enum answer ask_out(void)
{
	uint32_t nobody = 0;

	race_enter();
	if (!__atomic_compare_exchange_n(&race_stopping, &nobody, 1, false, __ATOMIC_SEQ_CST,
	                                 __ATOMIC_RELAXED)) {
		race_leave();
		return ANOTHER_STOPS;
	}
	if (all_come_out_soon())
		return STOPPED;
	race_stop_end();
	return NOT_YET;
}

bool race_stop_try(void)
{
	return ask_out() == STOPPED;
}

/* A report waits inside for the loader's lock, whose holder may run a library's
 * constructor and now wait for us: let them go on for a moment, then ask anew. */
static bool stop(bool beside_fork)
{
	const struct timespec moment = { .tv_nsec = 1000000 };

	while (beside_fork || race_load(&race_stopping) < RACE_FORKING) {
		enum answer answer = ask_out();

		if (answer == STOPPED)
			return true;
		if (answer == NOT_YET)
			race_sys_nanosleep(&moment, NULL);
	}
	return false;
}

void race_stop_begin(void)
{
	stop(true);
}

bool race_stop_unless_forking(void)
{
	return stop(false);
}

/* Nobody changes its own word any more: that is done inside of race_enter. */
void race_stop_checks(void)
{
	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++)
		if (words_of(tid))
			race_store(&words_of(tid)->word, RACE_WORD_NOBODY);
	race_thread_unlock();
	checks_stopped = true;
	wait_for_all();
}

void race_stop_end(void)
{
	race_thread_lock();
	for (uint32_t tid = 0; checks_stopped && tid < race_runtime.tids; tid++) {
		struct race_words *words = words_of(tid);

		if (words)
			race_store(&words->word, race_thread_word(words->thread));
	}
	race_thread_unlock();
	checks_stopped = false;
	race_store_release(&race_stopping, 0);
	race_leave();
}
