/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_rereads_bytes.c - cells that are lent while their threads go on reading, byte by byte: the
 * thread's table has them all, the list the first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "play.h"
#include "lent.h"

/* a and b have read all of it, c the first byte. */
static uint64_t first_byte_read_by_c(void)
{
	uint64_t x = play_memory();

	assert_false(reads(&a, x, &eight));
	assert_false(reads(&b, x, &eight));
	assert_false(reads(&c, x, &one));
	return x;
}

static void byte_more_changes_the_table_alone(void **state)
{
	uint64_t x = first_byte_read_by_c();
	race_cell before = kept(&c, x);

	(void)state;
	for (int byte = 0; byte < 8; byte++) {
		assert_false(reads(&c, x + byte, &one));
		assert_int_equal(race_cell_plain(lent(&c, x)), (2 << byte) - 1);
		assert_true(kept(&c, x) == before);
	}
}

/* Each place is found again with its bytes: by the door once C has met the pair, and first by C. */
static void bytes_have_places_of_their_own(void **state)
{
	static struct race_site sites[8];

	(void)state;
	for (int byte = 1; byte < 8; byte++) {
		sites[byte] = one;
		race_site_enter(&sites[byte], play_pc());
		assert_int_not_equal(sites[byte].id, sites[byte - 1].id);
	}
	for (int round = 0; round < 2; round++) {
		uint64_t x = first_byte_read_by_c();

		for (int byte = 1; byte < 8; byte++)
			assert_false(reads(&c, x + byte, &sites[byte]));
		assert_int_equal(race_cell_plain(lent(&c, x)), 0xff);
		for (int byte = 1; byte < 8; byte++)
			assert_int_equal(race_site_find(race_cell_site(lent(&c, x)), 1u << byte,
			                                false, false),
			                 sites[byte].id);
	}
}

/* With the bytes that c has read, and no others. */
static void writer_races_with_each_byte(void **state)
{
	(void)state;
	for (int byte = 0; byte < 8; byte++) {
		uint64_t x = first_byte_read_by_c();

		for (int i = 1; i < 5; i++)
			assert_false(reads(&c, x + i, &one));
		play_order(&a, &d);
		play_order(&b, &d);
		assert_int_equal(play_touch(&d, x + byte, 1, RACE_WRITE), byte < 5);
	}
}

/* What a wrote last is not known to c, which has not read it yet. */
static void cell_beside_an_unknown_write_is_not_lent(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x + 7, 1, RACE_WRITE));
	assert_false(reads(&b, x, &four));
	assert_false(reads(&c, x, &one));
	assert_true(race_cell_is_list(race_shadow_of(x)[1]));
	assert_false(reads(&c, x + 1, &one));
	assert_true(reads(&c, x + 7, &one));
}

/* d writes another byte than those that c has read. */
static void writer_takes_the_cell(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(reads(&a, x, &four));
	assert_false(reads(&b, x, &four));
	assert_false(reads(&c, x, &one));
	assert_false(reads(&c, x + 1, &one));
	assert_int_equal(race_cell_plain(lent(&c, x)), 0x03);
	assert_false(play_touch(&d, x + 7, 1, RACE_WRITE));
	assert_true(lent(&c, x) == 0);
	assert_false(reads(&c, x + 2, &one));
	assert_true(reads(&c, x + 7, &one));
	assert_true(play_touch(&d, x + 2, 1, RACE_WRITE));
}

/* Epoch by epoch c reads all bytes, each alone: what it read before does not stay beside. */
static void older_reads_go(void **state)
{
	uint64_t x = first_byte_read_by_c();

	(void)state;
	for (int epoch = 0; epoch < 100; epoch++) {
		next_epoch(&c);
		for (int byte = 0; byte < 8; byte++)
			assert_false(reads(&c, x + byte, &one));
		assert_true(all_kept(x) <= 5);
	}
	play_order(&a, &d);
	play_order(&b, &d);
	play_order(&c, &d);
	assert_false(play_touch(&d, x + 7, 1, RACE_WRITE));
	next_epoch(&c);
	assert_false(reads(&c, x, &one));
	assert_true(play_touch(&d, x, 1, RACE_WRITE));
}

/* a is in front at first; so is its cell when it goes on. */
static void front_goes_on_as_well(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	for (int byte = 0; byte < 8; byte++) {
		assert_false(reads(&a, x + byte, &one));
		assert_false(reads(&b, x + byte, &one));
		assert_false(reads(&c, x + byte, &one));
	}
	assert_int_equal(race_cell_plain(lent(&a, x)), 0xff);
	assert_int_equal(race_cell_plain(lent(&b, x)), 0xff);
	assert_int_equal(race_cell_plain(lent(&c, x)), 0xff);
	play_order(&b, &d);
	play_order(&c, &d);
	assert_true(play_touch(&d, x + 6, 1, RACE_WRITE));
}

/* Two readers have room in the pair, whichever is in front. */
static void two_readers_go_on_in_their_cells(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	for (int byte = 0; byte < 8; byte++) {
		assert_false(reads(&a, x + byte, &one));
		assert_false(reads(&b, x + byte, &one));
		assert_int_equal(all_kept(x), 2);
		assert_int_equal(race_cell_plain(all[0]), (2 << byte) - 1);
		assert_int_equal(race_cell_plain(all[1]), (2 << byte) - 1);
	}
	play_order(&a, &d);
	assert_true(play_touch(&d, x + 6, 1, RACE_WRITE));
	play_order(&b, &c);
	assert_true(play_touch(&c, x + 5, 1, RACE_WRITE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(byte_more_changes_the_table_alone),
		PLAY_TEST(bytes_have_places_of_their_own),
		PLAY_TEST(writer_races_with_each_byte),
		PLAY_TEST(cell_beside_an_unknown_write_is_not_lent),
		PLAY_TEST(writer_takes_the_cell),
		PLAY_TEST(older_reads_go),
		PLAY_TEST(front_goes_on_as_well),
		PLAY_TEST(two_readers_go_on_in_their_cells),
	};

	return cmocka_run_group_tests(tests, lent_begin, NULL);
}
