/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_blocker.c - waits that nest and waits that were left; who blocks whom, and circles,
 * found by the owner that libc notes.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "blocker.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static struct race_waits on_mutex(bool bounded)
{
	return (struct race_waits){ RACE_WAIT_MUTEX, bounded, (uint64_t)&mutex, 0, 1, "lock" };
}

static void waits_nest(void **state)
{
	struct race_wait wait = { 0 }, outer, inner;

	(void)state;
	race_wait_begin(&wait, &outer, on_mutex(false));
	assert_int_equal(wait.kind, RACE_WAIT_MUTEX);
	wait.at.rsp = UINT64_MAX; /* the frame above us, which still waits */
	race_wait_begin(&wait, &inner, (struct race_waits){ .kind = RACE_WAIT_CALL });
	assert_int_equal(wait.kind, RACE_WAIT_CALL);
	race_wait_end(&wait, &inner);
	assert_int_equal(wait.kind, RACE_WAIT_MUTEX);
	assert_int_equal(wait.object, (uint64_t)&mutex);
	wait.at.rsp = 1; /* deeper than we are: it was left */
	race_wait_begin(&wait, &inner, (struct race_waits){ .kind = RACE_WAIT_CALL });
	race_wait_end(&wait, &inner);
	assert_int_equal(wait.kind, RACE_WAIT_NONE);
	assert_int_equal(wait.turns, 5);
}

static void finds_a_circle_of_one(void **state)
{
	struct race_thread *self = race_self();
	struct race_circle circle, again;
	struct race_wait outer;

	(void)state;
	pthread_mutex_lock(&mutex);
	race_thread_lock();
	assert_false(race_circle_find(self, &circle));
	race_wait_begin(&self->wait, &outer, on_mutex(false));
	assert_true(race_circle_find(self, &circle));
	assert_int_equal(circle.count, 1);
	assert_ptr_equal(circle.thread[0], self);
	assert_true(race_circle_find(self, &again));
	assert_true(race_circle_same(&circle, &again));
	race_wait_end(&self->wait, &outer);
	assert_false(race_circle_find(self, &again));
	race_wait_begin(&self->wait, &outer, on_mutex(true));
	assert_false(race_circle_find(self, &again));
	race_wait_end(&self->wait, &outer);
	race_wait_begin(&self->wait, &outer, on_mutex(false));
	assert_true(race_circle_find(self, &again));
	assert_false(race_circle_same(&circle, &again));
	race_wait_end(&self->wait, &outer);
	race_thread_unlock();
	pthread_mutex_unlock(&mutex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_nest),
		cmocka_unit_test(finds_a_circle_of_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
