/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_signal.c - handlers run as the program asked, but not inside of
 * race_enter; sigaction tells what the program set.
 */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#define _GNU_SOURCE
#include <pthread.h>
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

/* Of real-time signals none is lost, and they stay in order. */
static int codes[8];

static void list(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	codes[times++] = info->si_value.sival_int;
}

static void queue_stays_in_order(void **state)
{
	struct sigaction action = { .sa_sigaction = list, .sa_flags = SA_SIGINFO };

	(void)state;
	assert_int_equal(sigaction(SIGRTMIN, &action, NULL), 0);
	for (int directed = 0; directed < 2; directed++) {
		times = 0;
		race_enter();
		for (int i = 0; i < 5; i++) {
			union sigval value = { .sival_int = i };

			if (directed)
				pthread_sigqueue(pthread_self(), SIGRTMIN, value);
			else
				sigqueue(getpid(), SIGRTMIN, value);
		}
		assert_int_equal(times, 0);
		race_leave();
		assert_int_equal(times, 5);
		for (int i = 0; i < 5; i++)
			assert_int_equal(codes[i], i);
	}
}

/* What was blocked before is blocked afterwards, and nothing else. */
static void mask_comes_back(void **state)
{
	sigset_t set, now;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	race_enter();
	raise(SIGUSR1);
	race_leave();
	assert_int_equal(times, 1);
	sigprocmask(SIG_UNBLOCK, &set, &now);
	for (int number = 1; number < 32; number++)
		assert_int_equal(sigismember(&now, number), number == SIGUSR2);
}

/* A fault in our own work is the program's at once, and it may leave for good. */
static sigjmp_buf place;

static void leaves(int number)
{
	(void)number;
	busy_then = race_is_busy();
	siglongjmp(place, 1);
}

static void fault_leaves_our_work(void **state)
{
	(void)state;
	signal(SIGSEGV, leaves);
	if (!sigsetjmp(place, 1)) {
		race_enter();
		*(volatile int *)8 = 1;
		fail();
	}
	assert_false(busy_then);
	assert_false(race_is_busy());
	signal(SIGSEGV, SIG_DFL);
}

static void older_ways(void **state)
{
	struct sigaction old;

	(void)state;
	assert_ptr_equal(sysv_signal(SIGUSR1, plain), plain);
	raise(SIGUSR1);
	assert_int_equal(times, 1);
	assert_int_equal(sigaction(SIGUSR1, NULL, &old), 0);
	assert_ptr_equal(old.sa_handler, SIG_DFL);
	assert_true(old.sa_flags & SA_NODEFER);
	assert_int_equal(siginterrupt(SIGUSR1, 1), 0);
	assert_ptr_equal(signal(SIGUSR1, plain), SIG_DFL);
	sigaction(SIGUSR1, NULL, &old);
	assert_false(old.sa_flags & SA_RESTART);
	assert_int_equal(siginterrupt(SIGUSR1, 0), 0);
	signal(SIGUSR1, plain);
	sigaction(SIGUSR1, NULL, &old);
	assert_true(old.sa_flags & SA_RESTART);
	assert_ptr_equal(sigset(SIGUSR1, SIG_HOLD), plain);
	raise(SIGUSR1);
	assert_int_equal(times, 1);
	assert_ptr_equal(sigset(SIGUSR1, plain), SIG_HOLD);
	assert_int_equal(times, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(runs_at_once, set_plain),
		cmocka_unit_test_setup(waits_for_the_end_of_our_work, set_plain),
		cmocka_unit_test_setup(brings_what_came_with_it, set_plain),
		cmocka_unit_test_setup(old_action_is_the_programs, set_plain),
		cmocka_unit_test_setup(reset_after_one, set_plain),
		cmocka_unit_test_setup(queue_stays_in_order, set_plain),
		cmocka_unit_test_setup(mask_comes_back, set_plain),
		cmocka_unit_test_setup(fault_leaves_our_work, set_plain),
		cmocka_unit_test_setup(older_ways, set_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
