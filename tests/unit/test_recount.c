/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_recount.c - the plan of a renumbering: new numbers are small, keep the order, and
 * e <= v holds for the new ones exactly if it held for the old.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "play.h"
#include "recount.h"

static struct race_clock *kept[3];

/* Clocks that know of a up to 100, 250 and 5000. */
static const uint64_t values[] = { 100, 250, 5000 };

static void set_the_stage(void)
{
	uint32_t tid = a.thread->tid;

	for (int i = 0; i < 3; i++) {
		race_clock_grow(&kept[i], race_runtime.tids);
		kept[i]->entry[tid] = race_clock_entry(values[i]);
	}
	a.thread->clock[tid] = race_clock_entry(9000);
	race_recount_begin();
}

static void strike_the_stage(void)
{
	race_recount_end();
	for (int i = 0; i < 3; i++) {
		race_clock_free(kept[i]);
		kept[i] = NULL;
	}
	a.words.word = race_thread_word(a.thread);
}

static void order_is_kept_and_clocks_agree(void **state)
{
	const uint64_t epochs[] = { 99, 100, 101, 250, 251, 4999, 5000, 5001, 9000 };
	uint32_t tid;
	uint64_t before = 0;

	(void)state;
	set_the_stage();
	tid = a.thread->tid;
	for (int e = 0; e < 9; e++) {
		uint64_t number = race_recount_epoch(tid, epochs[e]);

		assert_true(number >= before && number < 20);
		before = number;
		for (int v = 0; v < 3; v++) {
			uint64_t entry[RACE_TIDS] = { 0 };
			race_cell c = epochs[e] << RACE_CELL_EPOCH_SHIFT |
			              (uint64_t)tid << RACE_CELL_TID_SHIFT | 0xffff;

			entry[tid] = race_clock_entry(values[v]);
			race_recount_clock(entry, race_runtime.tids);
			assert_int_equal(race_recount_cell(c) <= entry[tid],
			                 epochs[e] <= values[v]);
		}
	}
	strike_the_stage();
}

static void masks_and_site_stay(void **state)
{
	race_cell c;

	(void)state;
	set_the_stage();
	c = 7000ull << RACE_CELL_EPOCH_SHIFT | (uint64_t)a.thread->tid << RACE_CELL_TID_SHIFT |
	    0x12345678;
	assert_int_equal((uint32_t)race_recount_cell(c), 0x12345678);
	assert_int_equal(race_cell_tid(race_recount_cell(c)), a.thread->tid);
	assert_true(race_cell_epoch(race_recount_cell(c)) < 20);
	strike_the_stage();
}

static void first_epoch_of_all_stays(void **state)
{
	uint64_t entry[1] = { race_clock_entry(0) };

	(void)state;
	set_the_stage();
	assert_int_equal(race_recount_epoch(0, 0), 0);
	assert_int_equal(race_recount_cell(0), 0);
	race_recount_clock(entry, 1);
	assert_true(entry[0] >= race_clock_entry(0));
	strike_the_stage();
}

static void slots_of_the_living_are_not_left(void **state)
{
	(void)state;
	set_the_stage();
	assert_false(race_recount_is_left(0));
	assert_false(race_recount_is_left(a.thread->tid));
	assert_false(race_recount_is_left(d.thread->tid));
	strike_the_stage();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(order_is_kept_and_clocks_agree),
		PLAY_TEST(masks_and_site_stay),
		PLAY_TEST(first_epoch_of_all_stays),
		PLAY_TEST(slots_of_the_living_are_not_left),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
