/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_reads.c - the table of reads that the doors look into: what an entry stands for,
 * and when it stands for nothing any more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "overflow.h"
#include "play.h"
#include "reads.h"

void __race_read8(uint64_t addr, struct race_site *site);

static struct race_read *entry_of(const struct player *player, uint64_t x)
{
	return &player->thread->reads[x >> 3 & player->thread->reads_last];
}

/* Three readers make a list; who reads again where there is one has it in its table. */
static void reader_of_a_list_is_noted(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 4, RACE_READ));
	assert_false(play_touch(&b, x, 4, RACE_READ));
	assert_false(play_touch(&c, x, 2, RACE_READ));
	assert_true(race_cell_is_list(race_shadow_of(x)[1]));
	assert_false(play_touch(&c, x, 2, RACE_READ));
	assert_int_equal(entry_of(&c, x)->granule, x >> 3 | 0x03ull << 42);
	assert_false(play_touch(&c, x + 2, 2, RACE_READ)); /* its bytes add up */
	assert_int_equal(entry_of(&c, x)->granule, x >> 3 | 0x0full << 42);
	assert_int_equal(entry_of(&c, x)->when,
			 play_word(&c) | (uint32_t)race_shadow_of(x)[1]);
}

/* The next list of the same granule has another name, so that no entry fits it; nor does
 * one of those behind it. */
static void lists_have_names_of_their_own(void **state)
{
	uint64_t x = play_memory();
	static race_cell name[1000];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		race_shadow_clear(x, 8);
		play_touch(&a, x, 8, RACE_READ);
		play_touch(&b, x, 8, RACE_READ);
		play_touch(&c, x, 8, RACE_READ);
		name[i] = race_shadow_of(x)[1];
		assert_true(race_cell_is_list(name[i]));
		for (int k = 0; k < i; k++)
			assert_int_not_equal(name[i], name[k]);
	}
}

/* The same through the door: c's remembered read of one life of the memory is not taken
 * for one of the 64th life behind it, though c is in the same epoch. */
static void entry_of_an_older_list_holds_no_more(void **state)
{
	static struct race_site site = { .bytes = 8, .kind = RACE_READ };
	uint64_t x = play_memory();

	(void)state;
	race_site_enter(&site, play_pc());
	for (int life = 0; life < 65; life++) {
		race_shadow_clear(x, 8);
		play_touch(&a, x, 8, RACE_READ);
		play_touch(&b, x, 8, RACE_READ);
		play_touch(&d, x, 8, RACE_READ);
		assert_true(race_cell_is_list(race_shadow_of(x)[1]));
		if (life == 0 || life == 64) {
			play_as(&c);
			__race_read8(x, &site);
			play_as(&play_main);
		}
	}
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x, 8, RACE_WRITE)); /* with c's */
}

/* A read that the table answers for is still found by a later writer. */
static void noted_read_races_with_a_writer(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	play_touch(&a, x, 8, RACE_READ);
	play_touch(&b, x, 8, RACE_READ);
	play_touch(&c, x, 8, RACE_READ);
	play_touch(&c, x, 8, RACE_READ);
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x, 8, RACE_WRITE)); /* with c's */
}

/* Three readers of many granules: c's table grows when it has no room for what one epoch reads,
 * and not by what many epochs read; and it still knows what stands in it. */
static void table_grows_with_what_one_epoch_reads(void **state)
{
	static uint64_t words[1 << 14];
	uint64_t x = (uint64_t)words;
	uint32_t first;

	(void)state;
	for (uint64_t i = 0; i < 1 << 14; i++) {
		play_touch(&a, x + 8 * i, 8, RACE_READ);
		play_touch(&b, x + 8 * i, 8, RACE_READ);
		play_touch(&d, x + 8 * i, 8, RACE_READ);
	}
	play_touch(&c, x, 8, RACE_READ);
	first = c.thread->reads_last;
	for (uint64_t i = 0; i < 1 << 14; i++) {
		play_touch(&c, x + 8 * i, 8, RACE_READ);
		play_order(&c, &play_main); /* an epoch for each */
	}
	assert_int_equal(c.thread->reads_last, first);
	for (int round = 0; round < 2; round++)
		for (uint64_t i = 0; i < 1 << 14; i++)
			play_touch(&c, x + 8 * i, 8, RACE_READ);
	assert_true(c.thread->reads_last >= (1 << 14) / 2);
	assert_int_equal(entry_of(&c, x + 8 * 77)->granule & ~0ull >> RACE_LIST_TOP_BITS,
	                 (x + 8 * 77) >> 3 | 0xffull << 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(reader_of_a_list_is_noted),
		PLAY_TEST(lists_have_names_of_their_own),
		PLAY_TEST(entry_of_an_older_list_holds_no_more),
		PLAY_TEST(noted_read_races_with_a_writer),
		PLAY_TEST(table_grows_with_what_one_epoch_reads),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
