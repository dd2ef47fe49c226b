/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_ignored.c - which epochs belong to ignored sections, through ends too many and new
 * numbers.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ignored.h"
#include "play.h"

static race_cell now(void)
{
	return __race_self.word;
}

static void sections(void **state)
{
	race_cell before = now(), reads, both, after;

	(void)state;
	race_ignored_begin(race_self(), RACE_IGNORE_READS);
	reads = now();
	race_ignored_begin(race_self(), RACE_IGNORE_WRITES);
	race_thread_tick(race_self());
	both = now();
	race_ignored_end(race_self(), RACE_IGNORE_WRITES);
	race_ignored_end(race_self(), RACE_IGNORE_READS);
	race_ignored_end(race_self(), RACE_IGNORE_READS);
	after = now();
	assert_false(race_ignored_has(before, false) || race_ignored_has(before, true));
	assert_true(race_ignored_has(reads, false));
	assert_false(race_ignored_has(reads, true));
	assert_true(race_ignored_has(both, false));
	assert_true(race_ignored_has(both, true));
	assert_false(race_ignored_has(after, false) || race_ignored_has(after, true));
}

static race_cell half(race_cell c)
{
	return (race_cell_epoch(c) / 2) << RACE_CELL_EPOCH_SHIFT |
	       (c & ((1ull << RACE_CELL_EPOCH_SHIFT) - 1));
}

static void renewed(void **state)
{
	race_cell ignored;

	(void)state;
	for (int i = 0; i < 10; i++)
		race_thread_tick(race_self());
	race_ignored_begin(race_self(), RACE_IGNORE_WRITES);
	ignored = now();
	race_ignored_end(race_self(), RACE_IGNORE_WRITES);
	race_ignored_renew(half);
	assert_true(race_ignored_has(half(ignored), true));
	assert_false(race_ignored_has(ignored, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections),
		cmocka_unit_test(renewed),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
