/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_fork.c - a fork finds no thread of the runtime inside of its work, and the child
 * can go on: lock, allocate, create threads.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "fork.h"
#include "thread.h"

static uint32_t inside, leave, stop;

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/* Stays inside of race_enter for a while. */
static void *works(void *unused)
{
	race_enter();
	race_store(&inside, 1);
	for (int i = 0; i < 30; i++)
		nap();
	race_store(&leave, 1);
	race_leave();
	return unused;
}

static void fork_waits_for_who_is_inside(void **state)
{
	pthread_t thread;
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, works, NULL), 0);
	while (!race_load(&inside))
		nap();
	child = fork();
	if (!child)
		_exit(race_load(&leave) ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(race_load(&race_stopping), 0);
	assert_false(race_is_busy());
}

/* Takes every lock of ours that an allocation takes, all the time. */
static void *allocates(void *unused)
{
	while (!race_load(&stop))
		race_free(race_alloc(100), 100);
	return unused;
}

static void *nothing(void *unused)
{
	return unused;
}

static void child_finds_no_lock_taken(void **state)
{
	pthread_t thread[2], own;
	int status;

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, allocates, NULL), 0);
	for (int i = 0; i < 50; i++) {
		pid_t child = fork();

		if (!child) {
			alarm(300); /* a hang ends it */
			race_free(race_alloc(100), 100);
			if (!race_fork_owns_process() || race_thread_alive() != 1 ||
			    pthread_create(&own, NULL, nothing, NULL) || pthread_join(own, NULL))
				_exit(1);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
	race_store(&stop, 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fork_waits_for_who_is_inside),
		cmocka_unit_test(child_finds_no_lock_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
