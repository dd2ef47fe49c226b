/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_signals.c - what a signal orders depends on how it was sent.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "play.h"
#include "signals.h"

static siginfo_t with(int code)
{
	return (siginfo_t){ .si_code = code, .si_pid = getpid() };
}

static bool learns(struct player *player, uint64_t past, int number, int code)
{
	siginfo_t info = with(code);

	race_signal_received(player->thread, number, &info);
	return play_knows(player, past);
}

static uint64_t sends(struct player *player, struct player *to, int number)
{
	uint64_t past = play_word(player);

	play_as(player);
	if (to)
		race_signal_to_thread(player->thread, to->thread, number);
	else
		race_signal_to_process(player->thread, number);
	play_as(&play_main);
	return past;
}

static void to_the_process(void **state)
{
	uint64_t past = sends(&a, NULL, SIGUSR1);

	(void)state;
	assert_false(learns(&b, past, SIGUSR2, SI_USER));
	assert_false(learns(&b, past, SIGUSR1, SI_TKILL));
	assert_true(learns(&b, past, SIGUSR1, SI_USER));
	assert_true(learns(&c, past, SIGUSR1, SI_QUEUE));
	assert_true(learns(&d, past, SIGUSR1, SI_KERNEL));
}

static void to_one_thread(void **state)
{
	uint64_t past = sends(&a, &b, SIGUSR1);

	(void)state;
	assert_false(learns(&c, past, SIGUSR1, SI_TKILL));
	assert_false(learns(&c, past, SIGUSR1, SI_USER));
	assert_false(learns(&b, past, SIGUSR2, SI_TKILL));
	assert_true(learns(&b, past, SIGUSR1, SI_TKILL));
}

static void by_a_timer(void **state)
{
	uint64_t past = play_word(&a);
	siginfo_t info = with(SI_TIMER);

	(void)state;
	play_as(&a);
	race_signal_by_timer(a.thread, 5);
	play_as(&play_main);
	info.si_timerid = 4;
	race_signal_received(b.thread, SIGALRM, &info);
	assert_false(play_knows(&b, past));
	info.si_timerid = 5;
	race_signal_received(b.thread, SIGALRM, &info);
	assert_true(play_knows(&b, past));
}

/* Another process's signal may come with the same number. */
static void from_elsewhere(void **state)
{
	uint64_t past = sends(&a, NULL, SIGUSR1);
	siginfo_t info = with(SI_USER);

	(void)state;
	info.si_pid = getppid();
	race_signal_received(b.thread, SIGUSR1, &info);
	assert_false(play_knows(&b, past));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(to_the_process),
		PLAY_TEST(to_one_thread),
		PLAY_TEST(by_a_timer),
		PLAY_TEST(from_elsewhere),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
