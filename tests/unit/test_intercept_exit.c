/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_exit.c - a handler knows what was before its registration and nothing
 * later; the last thread's handlers know every end. (How the program then ends is
 * test_init.c's.) Each case is a child's exit status.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "intercept.h"

static uint64_t before, behind;

static void judge(bool all_known)
{
	struct race_thread *self = race_self();

	_exit(race_thread_knows(self, before) && race_thread_knows(self, behind) == all_known ?
		      7 : 1);
}

static void handler(void) { judge(false); }
static void handler_of_status(int status, void *arg) { if (status == 3 && arg == &before) judge(false); }
static void last_handler(void) { judge(true); }

static void *registers_atexit(void *unused)
{
	before = __race_self.word;
	atexit(handler);
	behind = __race_self.word;
	return unused;
}

static void *registers_on_exit(void *unused)
{
	before = __race_self.word;
	on_exit(handler_of_status, &before);
	behind = __race_self.word;
	return unused;
}

static void *registers_quick(void *unused)
{
	before = __race_self.word;
	at_quick_exit(handler);
	behind = __race_self.word;
	return unused;
}

static void *registers_and_is_last(void *unused)
{
	before = behind = __race_self.word;
	return unused;
}

static void in_detached(void *(*routine)(void *))
{
	uint32_t alive = race_thread_alive();
	pthread_t thread;

	pthread_create(&thread, NULL, routine, NULL);
	pthread_detach(thread);
	while (race_thread_alive() > alive)
		usleep(1000);
}

static int run(void *(*routine)(void *), void (*end)(int))
{
	int status;
	pid_t child = fork();

	if (!child) {
		if (routine == registers_and_is_last)
			atexit(last_handler);
		in_detached(routine);
		end(3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void leaves(int unused)
{
	(void)unused;
	pthread_exit(NULL);
}

static void registration_is_the_edge(void **state)
{
	(void)state;
	assert_int_equal(run(registers_atexit, exit), 7);
	assert_int_equal(run(registers_on_exit, exit), 7);
	assert_int_equal(run(registers_quick, quick_exit), 7);
}

static void the_last_thread_knows_all_ends(void **state)
{
	(void)state;
	assert_int_equal(run(registers_and_is_last, leaves), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registration_is_the_edge),
		cmocka_unit_test(the_last_thread_knows_all_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
