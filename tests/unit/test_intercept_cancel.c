/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_cancel.c - a thread that may be cancelled at any instruction leaves the
 * runtime's sections first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include <pthread.h>

#include "intercept.h"

static uint32_t inside, asked, steps;

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static void *works(void *unused)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	race_enter();
	race_store(&inside, 1);
	while (!race_load(&asked))
		;
	for (volatile int i = 0; i < 50000000; i++)
		;
	race_store(&steps, 1);
	race_leave();
	race_store(&steps, 2);
	return unused;
}

static void waits_for_leave(void **state)
{
	pthread_t thread;
	void *value;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, works, NULL), 0);
	while (!race_load(&inside))
		nap();
	assert_int_equal(pthread_cancel(thread), 0);
	race_store(&asked, 1);
	assert_int_equal(pthread_join(thread, &value), 0);
	assert_ptr_equal(value, PTHREAD_CANCELED);
	assert_int_equal(race_load(&steps), 1);
}

static void *spins(void *unused)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	race_store(&inside, 1);
	for (;;)
		;
	return unused;
}

static void at_once_elsewhere(void **state)
{
	pthread_t thread;
	void *value;

	(void)state;
	race_store(&inside, 0);
	assert_int_equal(pthread_create(&thread, NULL, spins, NULL), 0);
	while (!race_load(&inside))
		nap();
	assert_int_equal(pthread_cancel(thread), 0);
	assert_int_equal(pthread_join(thread, &value), 0);
	assert_ptr_equal(value, PTHREAD_CANCELED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_for_leave),
		cmocka_unit_test(at_once_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
