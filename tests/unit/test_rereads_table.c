/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_rereads_table.c - the slots' tables of cells that are lent: what gives way, grows, is
 * renumbered or left by an ended thread is not lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "play.h"
#include "renumber.h"
#include "lent.h"

/* Granules that have one place in the table, which does not grow for so few. */
static void one_that_gives_way_is_known_to_its_list(void **state)
{
	static uint64_t memory[8 * 512 + 8] __attribute__((aligned(64)));
	uint64_t x = (uint64_t)memory;

	(void)state;
	for (int i = 0; i < 8; i++) {
		reads(&a, x + 4096 * i, &eight);
		reads(&b, x + 4096 * i, &eight);
		reads(&c, x + 4096 * i, &eight);
		is_read_until_lent(&c, x + 4096 * i);
		play_order(&c, &d);
		reads_later(&c, x + 4096 * i);
	}
	play_order(&a, &d);
	play_order(&b, &d);
	for (int i = 0; i < 7; i++)
		assert_int_equal(lent(&c, x + 4096 * i), 0);
	assert_true(play_touch(&d, x + 4096 * 7, 8, RACE_WRITE));
	/* d has been told of all reads but the last. */
	assert_false(play_touch(&d, x + 4096 * 6, 8, RACE_WRITE));
	reads_later(&c, x);
	assert_true(play_touch(&d, x, 8, RACE_WRITE));
}

/* Many granules, epoch by epoch. */
#define MANY 4096
static void table_grows(void **state)
{
	static uint64_t memory[MANY] __attribute__((aligned(8 * MANY)));
	const int before = 700; /* its place is another in the larger table, and nobody's who comes */

	(void)state;
	reads(&a, (uint64_t)&memory[before], &eight);
	reads(&b, (uint64_t)&memory[before], &eight);
	reads(&c, (uint64_t)&memory[before], &eight);
	is_read_until_lent(&c, (uint64_t)&memory[before]);
	play_order(&c, &d);
	assert_false(reads_later(&c, (uint64_t)&memory[before]));
	for (int i = 0; i < MANY; i++) {
		if (i % 512 == before % 512)
			continue;
		reads(&a, (uint64_t)&memory[i], &eight);
		reads(&b, (uint64_t)&memory[i], &eight);
		reads(&c, (uint64_t)&memory[i], &eight);
	}
	for (int round = 0; round < 16; round++) {
		next_epoch(&c);
		for (int i = 0; i < MANY; i++)
			if (i % 512 != before % 512)
				assert_false(reads(&c, (uint64_t)&memory[i], &eight));
	}
	assert_true(c.thread->rereads_last + 1 >= MANY);
	assert_true(c.thread->rereads_last + 1 <= 4 * MANY);
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, (uint64_t)&memory[before], 8, RACE_WRITE));
	for (int i = 0; i < MANY; i += 64) {
		assert_true(play_touch(&d, (uint64_t)&memory[i], 8, RACE_WRITE));
		play_order(&c, &d);
		assert_false(play_touch(&d, (uint64_t)&memory[i + 1], 8, RACE_WRITE));
		next_epoch(&c);
		reads(&c, (uint64_t)&memory[i + 64 < MANY ? i + 64 : i], &eight);
	}
}

/* Other numbers for all epochs: the lists have what had been lent. */
static void renumbering_asks_for_all_back(void **state)
{
	uint64_t x = lent_to_c();

	(void)state;
	play_order(&a, &d);
	play_order(&b, &d);
	play_order(&c, &d);
	assert_false(reads_later(&c, x));
	race_renumber_now(play_main.thread);
	assert_true(lent(&c, x) == 0);
	assert_true(play_touch(&d, x, 8, RACE_WRITE));
}

/* What an ended thread left in its table is still asked for there; and its slot's next thread
 * goes on with it. */
static void table_is_the_slots(void **state)
{
	static struct player first, next;
	uint64_t x = play_memory(), y = play_memory();
	uint32_t tid, births = 0;

	(void)state;
	play_birth(&first);
	tid = first.thread->tid;
	for (int i = 0; i < 2; i++) {
		uint64_t at = i ? y : x;

		reads(&a, at, &eight);
		reads(&b, at, &eight);
		reads(&first, at, &eight);
		is_read_until_lent(&first, at);
	}
	play_order(&first, &d);
	reads_later(&first, x);
	play_join(&first);
	assert_true(d_races(x));
	for (play_birth(&next); next.thread->tid != tid; play_birth(&next)) {
		assert_true(births++ < RACE_TIDS);
		play_join(&next);
	}
	reads(&next, y, &eight);
	assert_true(race_cell_same_epoch(lent(&next, y), play_word(&next)));
	assert_true(play_touch(&d, y, 8, RACE_WRITE));
	play_join(&next);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(one_that_gives_way_is_known_to_its_list),
		PLAY_TEST(table_grows),
		PLAY_TEST(renumbering_asks_for_all_back),
		PLAY_TEST(table_is_the_slots),
	};

	return cmocka_run_group_tests(tests, lent_begin, NULL);
}
