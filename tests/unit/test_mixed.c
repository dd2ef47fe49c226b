/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_mixed.c - atomics that share bytes order each other, those side by side do not,
 * and memory that is new again has no such past.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>

#include "mixed.h"
#include "play.h"

/* What an atomic of so many bytes does to clocks, as atomic_order.h has it. */
static struct race_sync *take(uint64_t addr, uint32_t bytes)
{
	struct race_sync *sync = race_sync_get(addr);

	race_enter();
	race_spin_take(&sync->lock);
	return race_mixed_settle(sync, bytes);
}

static void give(struct race_sync *sync)
{
	race_spin_give(&sync->lock);
	race_leave();
}

static uint64_t release(struct player *player, uint64_t addr, uint32_t bytes)
{
	uint64_t past = play_word(player);
	struct race_sync *sync;

	play_as(player);
	sync = take(addr, bytes);
	race_sync_merge(player->thread, sync);
	give(sync);
	race_thread_tick(player->thread);
	play_as(&play_main);
	return past;
}

static void acquire(struct player *player, uint64_t addr, uint32_t bytes)
{
	struct race_sync *sync = race_mixed_find(addr, bytes);

	if (!sync)
		return;
	play_as(player);
	sync = take(addr, bytes);
	race_sync_acquire(player->thread, sync);
	give(sync);
	play_as(&play_main);
}

/* 16 bytes that nobody touched. */
static uint64_t memory16(void)
{
	uint64_t addr = play_memory();

	play_memory();
	return addr & ~15ull;
}

struct atomic {
	uint32_t offset, bytes;
};

static void sharing_orders(void **state)
{
	static const struct {
		struct atomic released, acquired;
		bool order;
	} pairs[] = {
		{ { 0, 8 }, { 4, 4 }, true },   { { 4, 4 }, { 0, 8 }, true },
		{ { 3, 1 }, { 0, 4 }, true },   { { 0, 16 }, { 8, 8 }, true },
		{ { 0, 16 }, { 14, 2 }, true }, { { 12, 4 }, { 0, 16 }, true },
		{ { 6, 4 }, { 8, 8 }, true },   { { 0, 8 }, { 6, 4 }, true },
		{ { 0, 4 }, { 0, 2 }, true },   { { 0, 4 }, { 4, 4 }, false },
		{ { 0, 8 }, { 8, 8 }, false },  { { 0, 4 }, { 4, 1 }, false },
		{ { 0, 1 }, { 1, 1 }, false },
	};

	(void)state;
	for (uint32_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		uint64_t addr = memory16();
		struct player reader;
		uint64_t past;

		play_birth(&reader);
		past = release(&a, addr + pairs[i].released.offset, pairs[i].released.bytes);
		acquire(&reader, addr + pairs[i].acquired.offset, pairs[i].acquired.bytes);
		assert_int_equal(play_knows(&reader, past), pairs[i].order);
		/* And again, when it is known that they share. */
		past = release(&a, addr + pairs[i].released.offset, pairs[i].released.bytes);
		acquire(&reader, addr + pairs[i].acquired.offset, pairs[i].acquired.bytes);
		assert_int_equal(play_knows(&reader, past), pairs[i].order);
		play_join(&reader);
	}
}

/* The pieces first, each with a past, then one that has them all. */
static void pieces_become_one(void **state)
{
	uint64_t addr = memory16(), of_a, of_b, of_c;

	(void)state;
	of_a = release(&a, addr, 2);
	of_b = release(&b, addr + 2, 2);
	of_c = release(&c, addr + 4, 4);
	acquire(&d, addr, 4);
	assert_true(play_knows(&d, of_a));
	assert_true(play_knows(&d, of_b));
	assert_false(play_knows(&d, of_c));
	acquire(&d, addr, 8);
	assert_true(play_knows(&d, of_c));
	of_a = release(&a, addr + 2, 2);
	acquire(&d, addr + 4, 4);
	assert_true(play_knows(&d, of_a));
}

static void new_memory_has_no_such_past(void **state)
{
	uint64_t addr = memory16(), past = release(&a, addr, 8);

	(void)state;
	release(&a, addr + 4, 4);
	assert_non_null(race_sync_find(addr)->mixed);
	race_sync_forget(addr, 16);
	assert_null(race_mixed_find(addr, 8));
	release(&b, addr, 4);
	assert_null(race_sync_find(addr)->mixed);
	acquire(&c, addr, 4);
	assert_false(play_knows(&c, past));
	/* Of a half that is gone the other knows nothing any more. */
	addr = memory16();
	release(&a, addr, 16);
	release(&a, addr + 8, 8);
	race_sync_forget(addr, 8);
	past = release(&b, addr + 8, 8);
	acquire(&c, addr + 8, 8);
	assert_true(play_knows(&c, past));
}

/* ---- real threads that meet there for the first time ---- */

#define ROUNDS 20000
static uint64_t memory[ROUNDS];

static void *meets(void *number)
{
	uint64_t me = (uint64_t)number;

	for (uint32_t i = 0; i < ROUNDS; i++)
		give(take((uint64_t)&memory[i] + 4 * (me & 1), me < 2 ? 4 : 8));
	return NULL;
}

static void they_agree(void **state)
{
	pthread_t thread[3];
	uint32_t lost = 0;

	(void)state;
	for (uint64_t i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, meets, (void *)i), 0);
	for (uint64_t i = 0; i < 3; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		struct race_sync *low = take((uint64_t)&memory[i], 4), *high, *whole;

		give(low);
		high = take((uint64_t)&memory[i] + 4, 4);
		give(high);
		whole = take((uint64_t)&memory[i], 8);
		give(whole);
		lost += low != high || low != whole;
	}
	assert_int_equal(lost, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(sharing_orders),
		PLAY_TEST(pieces_become_one),
		PLAY_TEST(new_memory_has_no_such_past),
		PLAY_TEST(they_agree),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
