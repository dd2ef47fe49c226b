/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_stats.c - counts: what they count, nothing without the option, and the table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "play.h"
#include "stats.h"

static uint64_t count_of(enum race_stat what)
{
	return race_stats[what];
}

static void nothing_is_counted_without_the_option(void **state)
{
	static const uint64_t none[RACE_STATS];

	(void)state;
	race_options.stats = 0;
	memset(race_stats, 0, sizeof(race_stats));
	play_touch(&a, play_memory(), 8, RACE_WRITE);
	assert_memory_equal(race_stats, none, sizeof(none));
}

static void what_happens_is_counted(void **state)
{
	uint64_t x = play_memory(), y = play_memory();

	(void)state;
	race_options.stats = 1;
	memset(race_stats, 0, sizeof(race_stats));
	assert_false(play_touch(&a, x, 8, RACE_READ));
	assert_false(play_touch(&b, x, 8, RACE_READ));
	assert_false(play_touch(&c, x, 8, RACE_READ));
	assert_int_equal(count_of(RACE_STAT_accesses), 3);
	assert_int_equal(count_of(RACE_STAT_lists_made), 1);
	assert_true(play_touch(&d, x, 8, RACE_WRITE));
	assert_int_equal(count_of(RACE_STAT_races), 1);
	assert_int_equal(count_of(RACE_STAT_list_changes), 1);
	assert_int_equal(count_of(RACE_STAT_lists_left), 1);
	race_stats[RACE_STAT_granules_alike] = 0;
	play_touch(&a, y, 64, RACE_WRITE);
	play_touch(&a, y, 4, RACE_ATOMIC_WRITE);
	assert_int_equal(count_of(RACE_STAT_ranges), 1);
	assert_int_equal(count_of(RACE_STAT_granules_alike), 8);
	assert_int_equal(count_of(RACE_STAT_atomics), 1);
	race_options.stats = 0;
}

static void table_has_a_line_for_each(void **state)
{
	struct race_text text = { 0 };
	uint32_t lines = 0;

	(void)state;
	memset(race_stats, 0, sizeof(race_stats));
	race_stats[0] = 1234567;
	race_stats_print(&text);
	for (size_t i = 0; i < text.used; i++)
		lines += text.data[i] == '\n';
	assert_int_equal(lines, RACE_STATS);
	assert_memory_equal(text.data, "     1234567  accesses that", 27);
	race_text_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(nothing_is_counted_without_the_option),
		PLAY_TEST(what_happens_is_counted),
		PLAY_TEST(table_has_a_line_for_each),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
