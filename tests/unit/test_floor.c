/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_floor.c - the floor is below what every live thread knows, the joining one
 * counted with what it will know, and it only rises.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include <signal.h>
#include "floor.h"
#include "intercept.h"
#include "platform.h"
#include "play.h"
#include "signals.h"

/* Computed by the player, whatever its patience. */
static void raise_floor(struct player *player)
{
	play_as(player);
	race_thread_tick(player->thread);
	player->thread->floor_patience = 1;
	race_floor_raise(player->thread);
	play_as(&play_main);
}

static void covers_what_everybody_knows(void **state)
{
	uint64_t past = play_word(&a);

	(void)state;
	raise_floor(&a);
	assert_false(race_floor_covers(past));
	play_order(&a, &b);
	play_order(&a, &c);
	play_order(&a, &d);
	raise_floor(&b);
	assert_false(race_floor_covers(past)); /* the main thread does not know */
	play_order(&a, &play_main);
	raise_floor(&b);
	assert_true(race_floor_covers(past));
	assert_false(race_floor_covers(play_word(&a)));
}

static void only_rises(void **state)
{
	uint64_t past = play_word(&a);
	struct player late;

	(void)state;
	play_order(&a, &b);
	play_order(&a, &c);
	play_order(&a, &d);
	play_order(&a, &play_main);
	play_birth(&late); /* its creator knows, so it does */
	raise_floor(&late);
	assert_true(race_floor_covers(past));
	play_join(&late);
	raise_floor(&c);
	assert_true(race_floor_covers(past));
}

static void ended_threads_do_not_hold_it(void **state)
{
	uint64_t past = play_word(&a);
	struct player idle;

	(void)state;
	play_birth(&idle);
	play_order(&a, &b);
	play_order(&a, &c);
	play_order(&a, &d);
	play_order(&a, &play_main);
	raise_floor(&b);
	assert_false(race_floor_covers(past));
	play_finish(&idle);
	raise_floor(&b);
	assert_true(race_floor_covers(past));
	race_thread_join(play_main.thread, idle.thread);
}

/* A thread not yet started counts from its creation on. */
static void created_thread_holds_it(void **state)
{
	struct race_thread *created = race_thread_create(play_main.thread, 1);
	uint64_t past = play_word(&a);

	(void)state;
	play_order(&a, &b);
	play_order(&a, &c);
	play_order(&a, &d);
	play_order(&a, &play_main);
	raise_floor(&b);
	assert_false(race_floor_covers(past));
	race_thread_abandon(created);
}

static void joining_thread_counts_with_its_target(void **state)
{
	uint64_t past = play_word(&a);

	(void)state;
	play_order(&a, &b);
	play_order(&a, &c);
	play_order(&a, &d);
	race_store(&play_main.thread->joining, b.thread);
	raise_floor(&b);
	assert_true(race_floor_covers(past)); /* b knows, so main will */
	assert_false(race_floor_covers(play_word(&a)));
	race_store(&play_main.thread->joining, NULL);
}

/* a releases at the mutex, and all but the main thread know its past. */
static void release_by_a(uint64_t *mutex)
{
	play_as(&a);
	race_sync_store(a.thread, race_sync_get((uint64_t)mutex));
	race_thread_tick(a.thread);
	play_order(&a, &b);
	play_order(&a, &c);
	play_order(&a, &d);
}

/* One that waits for a condition knows then what was released at the mutex. */
static void waiting_thread_counts_with_its_mutex(void **state)
{
	uint64_t past = play_word(&a), mutex = 0;

	(void)state;
	release_by_a(&mutex);
	raise_floor(&b);
	assert_false(race_floor_covers(past));
	race_floor_await(play_main.thread, (uint64_t)&mutex);
	raise_floor(&b);
	assert_true(race_floor_covers(past));
	assert_false(race_floor_covers(play_word(&a)));
	past = play_word(&a);
	race_floor_awaited(play_main.thread);
	play_order(&a, &b);
	play_order(&a, &c);
	play_order(&a, &d);
	race_floor_await(play_main.thread, (uint64_t)&mutex); /* as of the release before */
	raise_floor(&b);
	assert_false(race_floor_covers(past));
	race_floor_await(play_main.thread, 8); /* nothing there */
	raise_floor(&b);
	assert_false(race_floor_covers(past));
	race_floor_awaited(play_main.thread);
}

/* A handler may run in the middle of the wait, unless its signal is blocked there. */
static void waiting_thread_may_have_handlers(void **state)
{
	uint64_t past = play_word(&a), mutex = 0, usr1 = 1ull << (SIGUSR1 - 1), before;

	(void)state;
	release_by_a(&mutex);
	race_floor_await(play_main.thread, (uint64_t)&mutex);
	race_floor_expect_handler(usr1);
	raise_floor(&b);
	assert_false(race_floor_covers(past));
	race_floor_awaited(play_main.thread);
	race_store(&play_main.thread->joining, b.thread);
	raise_floor(&b);
	assert_false(race_floor_covers(past));
	race_sys_sigprocmask(SIG_BLOCK, &usr1, &before);
	race_floor_blocks(play_main.thread);
	race_floor_expect_handler(RACE_SIGNAL_CANCEL);
	raise_floor(&b);
	assert_false(race_floor_covers(past)); /* clean-up of a cancelled join */
	race_store(&play_main.thread->joining, NULL);
	race_floor_await(play_main.thread, (uint64_t)&mutex);
	raise_floor(&b);
	assert_true(race_floor_covers(past));
	race_floor_awaited(play_main.thread);
	race_sys_sigprocmask(SIG_SETMASK, &before, NULL);
	race_runtime.handlers = 0;
}

static void set_handler(int number)
{
	struct sigaction action = { .sa_handler = (void (*)(int))set_handler }, before;

	race_signal_set_action(number, &action, &before);
	race_signal_set_action(number, &before, NULL);
}

/* Handlers for crashes, set by many programs, do not run in who sleeps, unless one is sent. */
static void waiting_thread_does_not_crash(void **state)
{
	const int own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT };
	uint64_t mutex = 0, past;

	(void)state;
	for (uint32_t i = 0; i < sizeof(own) / sizeof(*own); i++) {
		set_handler(own[i]);
		past = play_word(&a);
		release_by_a(&mutex);
		race_floor_await(play_main.thread, (uint64_t)&mutex);
		raise_floor(&b);
		assert_true(race_floor_covers(past));
		race_signal_expect(SIGUSR1); /* had it a handler, that would be known */
		race_signal_expect(0);
		assert_true(race_runtime.handlers == 0);
		race_signal_expect(own[i]);
		past = play_word(&a);
		race_floor_awaited(play_main.thread);
		release_by_a(&mutex);
		race_floor_await(play_main.thread, (uint64_t)&mutex);
		raise_floor(&b);
		assert_false(race_floor_covers(past));
		race_floor_awaited(play_main.thread);
		race_runtime.handlers = 0;
	}
	set_handler(SIGUSR1);
	assert_true(race_runtime.handlers != 0);
	race_runtime.handlers = 0;
}

static void patience_grows_when_it_does_not_help(void **state)
{
	uint64_t past = play_word(&a);

	(void)state;
	raise_floor(&b);
	for (int i = 0; i < 10; i++)
		race_floor_helped(b.thread, false);
	play_order(&a, &b);
	play_order(&a, &c);
	play_order(&a, &d);
	play_order(&a, &play_main);
	play_as(&b);
	race_floor_raise(b.thread);
	assert_false(race_floor_covers(past)); /* not again so soon */
	race_floor_helped(b.thread, true);
	race_thread_tick(b.thread);
	race_floor_raise(b.thread);
	assert_true(race_floor_covers(past));
	play_as(&play_main);
}

/* ---- a join that comes to nothing teaches nothing ---- */

static uint32_t joining, floor_done;

static void wait_for(uint32_t *word)
{
	struct timespec moment = { .tv_nsec = 1000000 };

	while (!__atomic_load_n(word, __ATOMIC_ACQUIRE))
		nanosleep(&moment, NULL);
}

static void *raise_while_joined(void *word)
{
	struct timespec moment = { .tv_nsec = 50000000 };
	struct race_thread *self = race_self();

	*(uint64_t *)word = __race_self.word;
	wait_for(&joining);
	nanosleep(&moment, NULL); /* it is in the join by now */
	for (int i = 0; i < 3; i++) {
		race_thread_tick(self);
		self->floor_patience = 1;
		race_floor_raise(self);
	}
	__atomic_store_n(&floor_done, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&joining, __ATOMIC_ACQUIRE))
		nanosleep(&moment, NULL);
	return NULL;
}

static void timed_out_join_leaves_the_floor_low(void **state)
{
	struct timespec end;
	uint64_t past = 0;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, raise_while_joined, &past), 0);
	__atomic_store_n(&joining, 1, __ATOMIC_RELEASE);
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 1;
	assert_int_equal(pthread_timedjoin_np(thread, NULL, &end), ETIMEDOUT);
	wait_for(&floor_done);
	assert_false(play_knows(&play_main, past));
	assert_false(race_floor_covers(past)); /* main may still race with it */
	__atomic_store_n(&joining, 0, __ATOMIC_RELEASE);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

/* The main thread, which nobody created, asks more seldom as well while it does not help. */
static void main_thread_asks_more_seldom(void **state)
{
	struct race_thread *self = race_self();
	uint32_t computed = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		if (race_floor_raise(self)) {
			computed++;
			race_floor_helped(self, false);
		}
	assert_in_range(computed, 5, 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(covers_what_everybody_knows),
		PLAY_TEST(only_rises),
		PLAY_TEST(ended_threads_do_not_hold_it),
		PLAY_TEST(created_thread_holds_it),
		PLAY_TEST(joining_thread_counts_with_its_target),
		PLAY_TEST(waiting_thread_counts_with_its_mutex),
		PLAY_TEST(waiting_thread_may_have_handlers),
		PLAY_TEST(waiting_thread_does_not_crash),
		PLAY_TEST(patience_grows_when_it_does_not_help),
		cmocka_unit_test(main_thread_asks_more_seldom),
		cmocka_unit_test(timed_out_join_leaves_the_floor_low),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
