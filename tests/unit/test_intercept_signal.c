/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_signal.c - handlers run as the program asked, but not inside of
 * race_enter; sigaction tells what the program set.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "self.h"

static volatile int times, code, busy_then;

static void plain(int number)
{
	(void)number;
	times++;
	busy_then = race_is_busy();
}

static void informed(int number, siginfo_t *info, void *context)
{
	(void)number;
	times++;
	code = info->si_value.sival_int;
	assert_non_null(context);
}

static int set_plain(void **state)
{
	(void)state;
	times = 0;
	signal(SIGUSR1, plain);
	return 0;
}

static void runs_at_once(void **state)
{
	(void)state;
	raise(SIGUSR1);
	assert_int_equal(times, 1);
}

/* Until the outermost race_leave. */
static void waits_for_the_end_of_our_work(void **state)
{
	(void)state;
	race_enter();
	race_enter();
	raise(SIGUSR1);
	race_leave();
	assert_int_equal(times, 0);
	race_leave();
	assert_int_equal(times, 1);
	assert_false(busy_then);
}

static void brings_what_came_with_it(void **state)
{
	struct sigaction action = { .sa_sigaction = informed, .sa_flags = SA_SIGINFO };

	(void)state;
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	race_enter();
	assert_int_equal(sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 42 }), 0);
	race_leave();
	assert_int_equal(times, 1);
	assert_int_equal(code, 42);
}

static void old_action_is_the_programs(void **state)
{
	struct sigaction old;

	(void)state;
	assert_int_equal(sigaction(SIGUSR1, NULL, &old), 0);
	assert_ptr_equal(old.sa_handler, plain);
	assert_false(old.sa_flags & SA_SIGINFO);
	assert_ptr_equal(signal(SIGUSR1, SIG_IGN), plain);
	assert_ptr_equal(signal(SIGUSR1, SIG_DFL), SIG_IGN);
	assert_ptr_equal(signal(SIGUSR1, plain), SIG_DFL);
	assert_ptr_equal(signal(9999, plain), SIG_ERR);
}

/* SA_RESETHAND: the handler runs once, then the default is back. */
static void reset_after_one(void **state)
{
	struct sigaction action = { .sa_handler = plain, .sa_flags = SA_RESETHAND }, old;

	(void)state;
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	raise(SIGUSR1);
	assert_int_equal(times, 1);
	assert_int_equal(sigaction(SIGUSR1, NULL, &old), 0);
	assert_ptr_equal(old.sa_handler, SIG_DFL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(runs_at_once, set_plain),
		cmocka_unit_test_setup(waits_for_the_end_of_our_work, set_plain),
		cmocka_unit_test_setup(brings_what_came_with_it, set_plain),
		cmocka_unit_test_setup(old_action_is_the_programs, set_plain),
		cmocka_unit_test_setup(reset_after_one, set_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
