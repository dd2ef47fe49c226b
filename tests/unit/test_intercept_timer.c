/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_timer.c - a notice in a thread of libc's own knows what was before its
 * timer was armed and nothing later, and that thread's slot is given back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include <signal.h>

#include "intercept.h"

static uint64_t before, behind;
static uint32_t told, knew_before, knew_behind, right_value;

static void notice(union sigval value)
{
	struct race_thread *self = race_self();

	race_store(&knew_before, race_thread_knows(self, before));
	race_store(&knew_behind, race_thread_knows(self, behind));
	race_store(&right_value, value.sival_int == 7);
	__atomic_fetch_add(&told, 1, __ATOMIC_RELEASE);
}

static void arming_is_the_edge(void **state)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD,
				  .sigev_value.sival_int = 7,
				  .sigev_notify_function = notice };
	struct itimerspec soon = { .it_value.tv_nsec = 1000000 }, left;
	timer_t timer;

	(void)state;
	assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	assert_true(race_runtime.threaded);
	for (uint32_t i = 0; i < 20; i++) {
		before = __race_self.word;
		behind = before + RACE_EPOCH_ONE;
		assert_int_equal(timer_settime(timer, 0, &soon, NULL), 0);
		assert_true(race_cell_same_epoch(behind, __race_self.word));
		while (race_load_acquire(&told) == i)
			nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
		assert_true(race_load(&knew_before));
		assert_false(race_load(&knew_behind));
		assert_true(race_load(&right_value));
	}
	assert_int_equal(timer_gettime(timer, &left), 0);
	assert_int_equal(timer_delete(timer), 0);
	while (race_thread_alive() > 2) /* main and libc's helper, at most */
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static void other_timers_are_libcs(void **state)
{
	struct sigevent event = { .sigev_notify = SIGEV_NONE };
	timer_t timer;

	(void)state;
	assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	assert_int_equal(timer_delete(timer), 0);
	assert_int_equal(timer_create(12345, NULL, &timer), -1);
	assert_int_equal(errno, EINVAL);
	event.sigev_notify = SIGEV_THREAD;
	event.sigev_notify_function = notice;
	assert_int_equal(timer_create(12345, &event, &timer), -1);
	assert_int_equal(errno, EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arming_is_the_edge),
		cmocka_unit_test(other_timers_are_libcs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
