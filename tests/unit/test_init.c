/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_init.c - start, fork and exit, seen from outside: a child ends in each way that
 * there is, with and without a race, and its status and its last words are compared.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "init.h"
#include "play.h"

static char words[1 << 16];

/* Runs `body` in a child; its status as waitpid has it, what it says in `words`. */
static int run(void (*body)(void))
{
	int ends[2], status;
	size_t used = 0;
	ssize_t got;
	pid_t child;

	fflush(NULL);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		body();
		exit(0);
	}
	close(ends[1]);
	while ((got = read(ends[0], words + used, sizeof(words) - 1 - used)) > 0)
		used += (size_t)got;
	words[used] = 0;
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void race(void)
{
	uint64_t x = play_memory();

	play_cast(NULL);
	if (play_touch(&a, x, 4, RACE_WRITE) || !play_touch(&b, x, 4, RACE_READ))
		abort();
	play_curtain(NULL);
}

#define ENDS(name, racy, how)                                                          \
	static void name(void)                                                         \
	{                                                                              \
		race_options.exitcode = 66;                                            \
		printf("printed\n");                                                   \
		if (racy)                                                              \
			race();                                                        \
		how;                                                                   \
	}
ENDS(exits_0, false, exit(0))
ENDS(exits_3, false, exit(3))
ENDS(races_and_exits_0, true, exit(0))
ENDS(races_and_exits_3, true, exit(3))
ENDS(races_and_ends_at_once, true, _exit(0))
ENDS(races_and_ends_at_once_with_3, true, _exit(3))
ENDS(races_and_ends_as_c11, true, _Exit(0))
ENDS(races_and_aborts, true, abort())
ENDS(races_and_is_killed, true, kill(getpid(), SIGTERM))
ENDS(ends_at_once, false, _exit(0))

static void check(void (*body)(void), int exit_status, bool summary, bool flushed)
{
	int status = run(body);

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), exit_status);
	assert_int_equal(strstr(words, "Found 1 data race(s)\n") != NULL, summary);
	assert_int_equal(strstr(words, "Found ") != NULL, summary);
	assert_int_equal(strstr(words, "printed\n") != NULL, flushed);
}

static void status_is_the_programs_or_ours(void **state)
{
	(void)state;
	check(exits_0, 0, false, true);
	check(exits_3, 3, false, true);
	check(ends_at_once, 0, false, false);
	check(races_and_exits_0, 66, true, true);
	check(races_and_exits_3, 3, true, true); /* it failed by itself */
	check(races_and_ends_at_once, 66, true, false);
	check(races_and_ends_at_once_with_3, 3, true, false);
	check(races_and_ends_as_c11, 66, true, false);
}

static void signals_are_the_programs(void **state)
{
	int status;

	(void)state;
	status = run(races_and_aborts);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	status = run(races_and_is_killed);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
}

static void asks_for_another_status(void)
{
	race_options.exitcode = 5;
	race();
}

static void asks_for_none(void)
{
	race_options.exitcode = 0;
	race();
}

static void exitcode_is_an_option(void **state)
{
	(void)state;
	assert_int_equal(WEXITSTATUS(run(asks_for_another_status)), 5);
	assert_non_null(strstr(words, "Found 1 data race(s)\n"));
	assert_int_equal(WEXITSTATUS(run(asks_for_none)), 0);
	assert_non_null(strstr(words, "Found 1 data race(s)\n"));
}

/* Handlers of the program run once, and before ours. */
static void on_the_way_out(void)
{
	printf("on the way out\n");
}

static void has_handlers(void)
{
	race_options.exitcode = 66;
	atexit(on_the_way_out);
	race();
}

static void handler_races(void)
{
	race_options.exitcode = 66;
	atexit(race);
}

static void handlers_run_once(void **state)
{
	const char *first;

	(void)state;
	assert_int_equal(WEXITSTATUS(run(has_handlers)), 66);
	first = strstr(words, "on the way out\n");
	assert_non_null(first);
	assert_null(strstr(first + 1, "on the way out\n"));
	assert_int_equal(WEXITSTATUS(run(handler_races)), 66);
}

static void *sleeps(void *unused)
{
	pause();
	return unused;
}

/* A fork while other threads live: they are not in the child, its own threads work. */
static void forks_with_threads(void)
{
	pthread_t thread[3];
	int status;
	pid_t child;

	race_options.exitcode = 66;
	for (int i = 0; i < 3; i++)
		pthread_create(&thread[i], NULL, sleeps, NULL);
	child = fork();
	if (!child) {
		if (race_thread_alive() != 1)
			_exit(1);
		race();
		exit(0);
	}
	waitpid(child, &status, 0);
	exit(race_thread_alive() == 4 && WIFEXITED(status) && WEXITSTATUS(status) == 66 ? 0 : 9);
}

static void fork_of_a_threaded_process(void **state)
{
	(void)state;
	assert_int_equal(WEXITSTATUS(run(forks_with_threads)), 0);
}

/* What the parent reported is not the child's to answer for. */
static void races_and_forks(void)
{
	int status;
	pid_t child;

	race_options.exitcode = 66;
	race();
	child = fork();
	if (!child)
		exit(0);
	waitpid(child, &status, 0);
	race_options.exitcode = 0;
	exit(WEXITSTATUS(status));
}

static void child_answers_for_itself(void **state)
{
	(void)state;
	assert_int_equal(WEXITSTATUS(run(races_and_forks)), 0);
}

static void init_again_does_nothing(void **state)
{
	struct race_thread *self = race_self();
	uint64_t word = __race_self.word;

	(void)state;
	assert_true(race_runtime.ready);
	race_init(0, NULL, NULL);
	assert_ptr_equal(race_self(), self);
	assert_int_equal(__race_self.word, word);
	assert_int_equal(race_thread_alive(), 1);
}

/* Before a second thread was ever there nothing is counted and epoch 0 goes on. */
static void main_thread_starts_in_epoch_0(void **state)
{
	(void)state;
	assert_int_equal(__race_self.word, 0);
	assert_int_equal(race_self()->tid, 0);
	assert_false(race_runtime.threaded);
	assert_int_equal(race_shadow_of((uint64_t)words)[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(main_thread_starts_in_epoch_0), /* first */
		cmocka_unit_test(init_again_does_nothing),
		cmocka_unit_test(status_is_the_programs_or_ours),
		cmocka_unit_test(signals_are_the_programs),
		cmocka_unit_test(exitcode_is_an_option),
		cmocka_unit_test(handlers_run_once),
		cmocka_unit_test(fork_of_a_threaded_process),
		cmocka_unit_test(child_answers_for_itself),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
