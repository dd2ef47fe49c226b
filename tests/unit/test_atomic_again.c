/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_atomic_again.c - what a thread does again to an atomic leaves as much as what it did
 * first: each release has an epoch of its own, each epoch a trace, and who comes between is seen.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "atomic_bits.h"
#include "atomic_order.h"
#include "play.h"
#include "stats.h"

uint32_t __race_atomic32_load(uint32_t *addr, uint32_t order, struct race_site *site);
void __race_atomic32_store(uint32_t *addr, uint32_t value, uint32_t order, struct race_site *site);
uint32_t __race_atomic32_rmw(uint32_t *addr, uint32_t operand, uint32_t what, uint32_t order,
                             struct race_site *site);
uint32_t __race_atomic32_cas(uint32_t *addr, uint32_t expected, uint32_t desired, uint32_t success,
                             uint32_t failure, struct race_site *site);
unsigned __int128 __race_atomic128_rmw(unsigned __int128 *addr, unsigned __int128 operand,
                                       uint32_t what, uint32_t order, struct race_site *site);
void __race_fence(uint32_t order);

enum way { STORE, RMW, CAS, WAYS };

static struct race_site reads = { .bytes = 4, .kind = RACE_ATOMIC_READ };
static struct race_site site[WAYS] = {
	{ .bytes = 4, .kind = RACE_ATOMIC_WRITE },
	{ .bytes = 4, .kind = RACE_ATOMIC_WRITE },
	{ .bytes = 4, .kind = RACE_ATOMIC_WRITE },
};

/* One more, by this player. */
static void change(struct player *player, enum way way, uint32_t *x, uint32_t order)
{
	uint32_t value = *x;

	play_as(player);
	if (way == STORE)
		__race_atomic32_store(x, value + 1, order, &site[way]);
	else if (way == RMW)
		assert_int_equal(__race_atomic32_rmw(x, 1, RACE_RMW_ADD, order, &site[way]), value);
	else
		assert_int_equal(__race_atomic32_cas(x, value, value + 1, order, RELAXED,
		                                     &site[way]), value);
	assert_int_equal(*x, value + 1);
	play_as(&play_main);
}

/* Without the whole way? */
static bool changes_again(struct player *player, enum way way, uint32_t *x, uint32_t order)
{
	uint64_t whole;

	race_options.stats = true;
	whole = race_stats[RACE_STAT_atomics] + race_stats[RACE_STAT_atomics_again];
	change(player, way, x, order);
	whole -= race_stats[RACE_STAT_atomics] + race_stats[RACE_STAT_atomics_again];
	race_options.stats = false;
	return whole == 0;
}

static void acquire(struct player *player, uint32_t *x)
{
	play_as(player);
	__race_atomic32_load(x, ACQUIRE, &reads);
	play_as(&play_main);
}

static bool plain_write_races(struct player *player, uint32_t *x)
{
	return play_touch(player, (uint64_t)x, 4, RACE_WRITE);
}

static uint32_t *fresh_variable(void)
{
	uint32_t *x = (uint32_t *)play_memory();

	*x = 0;
	return x;
}

static void each_release_is_one_of_its_own(void **state)
{
	(void)state;
	for (enum way way = STORE; way < WAYS; way++) {
		uint32_t *x = fresh_variable();
		uint64_t second, third;

		change(&a, way, x, ACQ_REL);
		second = play_word(&a);
		assert_true(changes_again(&a, way, x, ACQ_REL));
		third = play_word(&a);
		assert_true(third > second);
		acquire(&b, x);
		assert_true(play_knows(&b, second));
		assert_false(play_knows(&b, third));
		change(&a, way, x, ACQ_REL); /* the page is everybody's from some time on */
		assert_true(changes_again(&a, way, x, ACQ_REL));
		assert_false(play_knows(&b, third));
		acquire(&b, x);
		assert_true(play_knows(&b, third));
		assert_false(play_knows(&b, play_word(&a)));
	}
}

/* Who knows the one before races with the last. */
static void each_epoch_leaves_its_trace(void **state)
{
	(void)state;
	for (enum way way = STORE; way < WAYS; way++)
		for (int last_is_known = 0; last_is_known < 2; last_is_known++) {
			uint32_t *x = fresh_variable();

			change(&a, way, x, RELEASE);
			assert_true(changes_again(&a, way, x, RELEASE));
			play_order(&a, &b);
			assert_true(changes_again(&a, way, x, RELEASE));
			if (last_is_known)
				play_order(&a, &b);
			assert_int_equal(plain_write_races(&b, x), !last_is_known);
		}
}

/* Relaxed ones of one epoch are one. */
static void relaxed_ones_need_no_epoch(void **state)
{
	(void)state;
	for (enum way way = STORE; way < WAYS; way++) {
		uint32_t *x = fresh_variable();
		uint64_t word;

		change(&a, way, x, RELAXED);
		word = play_word(&a);
		assert_true(changes_again(&a, way, x, RELAXED));
		assert_int_equal(play_word(&a), word);
		acquire(&b, x);
		assert_false(play_knows(&b, word));
		change(&a, way, x, RELAXED);
		play_order(&a, &b);
		assert_true(changes_again(&a, way, x, RELAXED));
		assert_true(plain_write_races(&b, x));
	}
}

static void fence_is_not_forgotten(void **state)
{
	(void)state;
	for (enum way way = STORE; way < WAYS; way++) {
		uint32_t *x = fresh_variable();
		uint64_t past;

		change(&a, way, x, RELAXED);
		assert_true(changes_again(&a, way, x, RELAXED));
		past = play_word(&a);
		play_as(&a);
		__race_fence(RELEASE);
		play_as(&play_main);
		assert_false(changes_again(&a, way, x, RELAXED));
		acquire(&b, x);
		assert_true(play_knows(&b, past));
		race_clock_drop(&a.thread->released_by_fence);
	}
}

static void who_comes_between_is_seen(void **state)
{
	(void)state;
	for (enum way way = RMW; way < WAYS; way++)
		for (enum way other = RMW; other < WAYS; other++) {
			uint32_t *x = fresh_variable();
			uint64_t past;

			change(&a, way, x, ACQ_REL);
			assert_true(changes_again(&a, way, x, ACQ_REL));
			past = play_word(&b);
			change(&b, other, x, ACQ_REL);
			assert_false(changes_again(&a, way, x, ACQ_REL));
			assert_true(play_knows(&a, past));
			past = play_word(&c);
			change(&c, other, x, RELEASE);
			assert_false(changes_again(&a, way, x, RELAXED));
			assert_false(play_knows(&a, past));
			acquire(&d, x);
			assert_true(play_knows(&d, past));
		}
}

/* What learned something since releases that, too. */
static void what_was_learned_is_released(void **state)
{
	(void)state;
	for (enum way way = STORE; way < WAYS; way++) {
		uint32_t *x = fresh_variable();
		uint64_t past = play_word(&b);

		change(&a, way, x, RELEASE);
		play_order(&b, &a);
		assert_false(changes_again(&a, way, x, RELEASE));
		acquire(&c, x);
		assert_true(play_knows(&c, past));
	}
}

static void plain_cells_beside_stay(void **state)
{
	uint32_t *x = fresh_variable();

	(void)state;
	change(&a, RMW, x, RELEASE);
	play_order(&a, &b);
	assert_false(play_touch(&b, (uint64_t)x + 4, 4, RACE_WRITE));
	change(&a, RMW, x, RELEASE);
	assert_false(changes_again(&a, RMW, x, RELEASE));
	assert_true(play_touch(&c, (uint64_t)x + 4, 4, RACE_READ));
}

/* What is released to sixteen bytes is released to four of them, and kept for the fence. */
static void another_size_is_seen(void **state)
{
	struct race_site sixteen = { .bytes = 16, .kind = RACE_ATOMIC_WRITE };

	(void)state;
	for (enum way way = RMW; way < WAYS; way++) {
		uint32_t *x = fresh_variable();
		uint64_t past = play_word(&b);

		change(&a, way, x + 2, RELAXED);
		assert_true(changes_again(&a, way, x + 2, RELAXED));
		play_as(&b);
		__race_atomic128_rmw((unsigned __int128 *)x, 0, RACE_RMW_ADD, RELEASE, &sixteen);
		play_as(&play_main);
		change(&a, way, x + 2, RELAXED);
		assert_false(play_knows(&a, past));
		play_as(&a);
		__race_fence(ACQUIRE);
		play_as(&play_main);
		assert_true(play_knows(&a, past));
	}
}

static void failed_exchange_releases_nothing(void **state)
{
	uint32_t *x = fresh_variable();
	uint64_t word;

	(void)state;
	change(&a, CAS, x, ACQ_REL);
	assert_true(changes_again(&a, CAS, x, ACQ_REL));
	word = play_word(&a);
	play_as(&a);
	assert_int_equal(__race_atomic32_cas(x, 7, 8, ACQ_REL, RELAXED, &site[CAS]), 2);
	play_as(&play_main);
	assert_int_equal(*x, 2);
	assert_int_equal(play_word(&a), word);
	acquire(&b, x);
	assert_false(play_knows(&b, word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(each_release_is_one_of_its_own),
		PLAY_TEST(each_epoch_leaves_its_trace),
		PLAY_TEST(relaxed_ones_need_no_epoch),
		PLAY_TEST(fence_is_not_forgotten),
		PLAY_TEST(who_comes_between_is_seen),
		PLAY_TEST(what_was_learned_is_released),
		PLAY_TEST(plain_cells_beside_stay),
		PLAY_TEST(another_size_is_seen),
		PLAY_TEST(failed_exchange_releases_nothing),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
