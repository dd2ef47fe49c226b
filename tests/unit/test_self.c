/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_self.c - the running thread's words, the runtime's guard on itself, and the spin
 * lock.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <pthread.h>

#include "self.h"
#include "thread.h"

static struct race_spin lock;
static uint64_t counter;

static void *count_up(void *unused)
{
	for (int i = 0; i < 200000; i++) {
		race_enter();
		race_spin_take(&lock);
		race_store(&counter, race_load(&counter) + 1);
		race_spin_give(&lock);
		race_leave();
	}
	return unused;
}

static void spin_lock_excludes(void **state)
{
	pthread_t thread[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, count_up, NULL), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(counter, 800000);
	assert_int_equal(lock.taken, 0);
}

static void *wait_for_it(void *unused)
{
	race_enter();
	race_spin_take(&lock);
	race_store(&counter, 1);
	race_spin_give(&lock);
	race_leave();
	return unused;
}

static void spin_lock_waits(void **state)
{
	struct timespec moment = { .tv_nsec = 20000000 };
	pthread_t thread;

	(void)state;
	counter = 0;
	race_spin_take(&lock);
	assert_int_equal(pthread_create(&thread, NULL, wait_for_it, NULL), 0);
	nanosleep(&moment, NULL);
	assert_int_equal(race_load(&counter), 0);
	race_spin_give(&lock);
	pthread_join(thread, NULL);
	assert_int_equal(counter, 1);
}

static void busy_nests(void **state)
{
	(void)state;
	assert_false(race_is_busy());
	race_enter();
	race_enter();
	assert_true(race_is_busy());
	race_leave();
	assert_true(race_is_busy());
	race_leave();
	assert_false(race_is_busy());
}

static void offsets_are_those_of_the_pass(void **state)
{
	(void)state;
	assert_int_equal(offsetof(struct race_words, word), RACE_SELF_WORD);
	assert_int_equal(offsetof(struct race_words, stack), RACE_SELF_STACK);
	assert_int_equal(offsetof(struct race_words, history), RACE_SELF_HISTORY);
	assert_int_equal(offsetof(struct race_words, wrap), RACE_SELF_WRAP);
}

/* A thread that came past pthread_create: calls and events before it is known go to
 * the nursery, then it is a thread like any other. */
static void *stranger(void *out)
{
	struct race_words *words = &__race_self;
	struct race_thread *thread;

	if (words->thread || words->word != RACE_WORD_NOBODY)
		return NULL;
	for (int i = 0; i < 1000; i++) {
		*words->stack++ = 1;
		*words->history = 1;
		words->history = (uint64_t *)((uint64_t)(words->history + 1) & words->wrap);
	}
	thread = race_self();
	if (thread != words->thread || thread != race_self() || thread->words != words ||
	    words->word == RACE_WORD_NOBODY || race_cell_tid(words->word) != thread->tid ||
	    words->stack != thread->stack || words->history != thread->history)
		return NULL;
	*(uint32_t *)out = race_thread_alive();
	race_thread_finish(thread);
	return out;
}

static void stranger_is_introduced(void **state)
{
	int (*really_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
	uint32_t alive = 0;
	pthread_t thread;
	void *result;

	(void)state;
	*(void **)&really_create = dlsym(RTLD_NEXT, "pthread_create");
	assert_int_equal(really_create(&thread, NULL, stranger, &alive), 0);
	while (!race_load(&alive)) /* until then its handle is known as that of an earlier one */
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, &alive);
	assert_int_equal(alive, 2);
	assert_int_equal(race_thread_alive(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(busy_nests),
		cmocka_unit_test(offsets_are_those_of_the_pass),
		cmocka_unit_test(spin_lock_excludes),
		cmocka_unit_test(spin_lock_waits),
		cmocka_unit_test(stranger_is_introduced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
