/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_grave.c - remains share a tid if those who know the later know the earlier, and
 * a clock's entry says how far down it knows.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "grave.h"

static struct race_remains remains[4];
static uint64_t knowers[4];

/* Remains i: epoch 10 of slot i + 1, known to these clocks. */
static struct race_remains *known_to(uint32_t i, uint64_t set)
{
	knowers[i] = set;
	remains[i] = (struct race_remains){
		.first = 10ull << RACE_CELL_EPOCH_SHIFT | (uint64_t)(i + 1) << RACE_CELL_TID_SHIFT,
		.knowers = &knowers[i],
	};
	return &remains[i];
}

static void nested_ones_share(void **state)
{
	(void)state;
	race_graves_begin(8);
	assert_true(race_graves_bury(1, known_to(0, 0x03), 1));
	assert_true(race_graves_bury(2, known_to(1, 0x0f), 1));
	assert_true(race_graves_bury(3, known_to(2, 0x00), 1));
	assert_true(race_graves_bury(4, known_to(3, 0x03), 1));
	race_graves_close();
	assert_int_equal(race_grave_count, 1);
	assert_int_equal(race_graves[0].tid, 1);
	assert_int_equal(race_cell_epoch(remains[1].place), 1);
	assert_int_equal(race_cell_epoch(remains[0].place), 2);
	assert_int_equal(race_cell_epoch(remains[3].place), 3);
	assert_int_equal(race_cell_epoch(remains[2].place), 4);
}

static void others_do_not(void **state)
{
	(void)state;
	race_graves_begin(8);
	assert_true(race_graves_bury(1, known_to(0, 0x03), 1));
	assert_true(race_graves_bury(2, known_to(1, 0x05), 1));
	race_graves_close();
	assert_int_equal(race_grave_count, 2);
	assert_int_not_equal(race_cell_tid(remains[0].place), race_cell_tid(remains[1].place));
	assert_in_range(race_cell_tid(remains[1].place), 1, 2);
}

/* Three classes of one slot that fit nowhere: it stays, and the others with it. */
static void without_room_all_is_as_before(void **state)
{
	(void)state;
	race_graves_begin(8);
	assert_true(race_graves_bury(1, known_to(0, 0x03), 1));
	known_to(1, 0x04);
	known_to(2, 0x08);
	known_to(3, 0x10);
	assert_false(race_graves_bury(2, &remains[1], 3));
	assert_int_equal(race_grave_count, 1);
	assert_ptr_equal(race_graves[0].remains, &remains[0]);
	assert_null(remains[0].next);
}

static void entry_tells_how_far_down(void **state)
{
	uint64_t clock[4] = { 0 };

	(void)state;
	race_graves_begin(8);
	assert_true(race_graves_bury(1, known_to(0, 0x07), 1));
	assert_true(race_graves_bury(2, known_to(1, 0x03), 1));
	assert_true(race_graves_bury(3, known_to(2, 0x01), 1));
	race_graves_close();
	assert_int_equal(race_grave_known(&race_graves[0], clock, 4), 0);
	clock[1] = race_clock_entry(9);
	assert_int_equal(race_grave_known(&race_graves[0], clock, 4), 0);
	clock[1] = race_clock_entry(10);
	assert_int_equal(race_grave_known(&race_graves[0], clock, 4), 1);
	clock[2] = race_clock_entry(12);
	assert_int_equal(race_grave_known(&race_graves[0], clock, 4), 2);
	clock[3] = race_clock_entry(10);
	assert_int_equal(race_grave_known(&race_graves[0], clock, 4), 3);
	assert_int_equal(race_grave_known(&race_graves[0], clock, 3), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nested_ones_share),
		cmocka_unit_test(others_do_not),
		cmocka_unit_test(without_room_all_is_as_before),
		cmocka_unit_test(entry_tells_how_far_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
