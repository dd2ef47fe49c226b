/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_later.c - a signal of another process that arrives during a fork is handled once,
 * behind it; one that the process sent itself, or that comes at another time, at once.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "later.h"
#include "self.h"

static int handled;
static siginfo_t last;

static void handler(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	handled++;
	last = *info;
}

static uint32_t got, handled_there;

static void handler_there(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	last = *info;
	race_store(&handled_there, 1);
}

static siginfo_t from(int pid, int value)
{
	siginfo_t info = { .si_signo = SIGUSR1, .si_code = SI_QUEUE };

	info.si_pid = pid;
	info.si_value.sival_int = value;
	return info;
}

static void comes_again_behind_the_fork(void **state)
{
	siginfo_t foreign = from(getpid() + 1, 7), own = from(getpid(), 8);
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	(void)state;
	sigaction(SIGUSR1, &action, NULL);
	assert_false(race_later_keep(&foreign));
	race_stopping = 1;
	assert_false(race_later_keep(&foreign));
	race_stopping = RACE_FORKING;
	assert_false(race_later_keep(&own));
	assert_true(race_later_keep(&foreign));
	assert_int_equal(handled, 0);
	race_stopping = 0;
	race_later_send();
	assert_int_equal(handled, 1);
	assert_int_equal(last.si_value.sival_int, 7);
	assert_int_equal(last.si_pid, getpid() + 1);
	race_later_send();
	assert_int_equal(handled, 1);
}

/* Who forks is never the thread that has got it. */
static void *gets_one(void *info)
{
	race_stopping = RACE_FORKING;
	assert_true(race_later_keep(info));
	race_stopping = 0;
	race_store(&got, 1);
	while (!race_load(&handled_there))
		usleep(1000);
	return NULL;
}

static void comes_again_from_another_thread(void **state)
{
	siginfo_t foreign = from(getpid() + 1, 11);
	struct sigaction action = { .sa_sigaction = handler_there, .sa_flags = SA_SIGINFO };
	pthread_t thread;

	(void)state;
	foreign.si_code = SI_USER;
	sigaction(SIGUSR1, &action, NULL);
	pthread_create(&thread, NULL, gets_one, &foreign);
	while (!race_load(&got))
		usleep(1000);
	race_later_send();
	pthread_join(thread, NULL);
	assert_int_equal(last.si_pid, getpid() + 1);
	assert_int_equal(last.si_code, SI_USER);
}

static void a_child_forgets_and_room_ends(void **state)
{
	siginfo_t foreign = from(getpid() + 1, 9);
	int kept = 0;

	(void)state;
	race_stopping = RACE_FORKING_LATE;
	for (int i = 0; i < 1000; i++)
		assert_true(race_later_keep(&foreign)); /* one of them stands for all, */
	foreign.si_signo = SIGRTMIN; /* but each of these for itself */
	while (kept < 1000 && race_later_keep(&foreign))
		kept++;
	assert_in_range(kept, 1, 999);
	race_later_forget();
	assert_true(race_later_keep(&foreign));
	race_later_forget();
	race_stopping = 0;
	race_later_send();
	assert_int_equal(handled, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_again_behind_the_fork),
		cmocka_unit_test(comes_again_from_another_thread),
		cmocka_unit_test(a_child_forgets_and_room_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
