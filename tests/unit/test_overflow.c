/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_overflow.c - lists: numbers that lead back to them, room, recycling.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "overflow.h"

static race_cell *cells_of(struct race_overflow *list)
{
	return race_overflow_cells(list, list->room_bits);
}

static uint32_t number_of(const struct race_overflow *list)
{
	return (uint32_t)(list - race_overflow_lists);
}

static void cell_leads_back_to_its_list(void **state)
{
	struct race_overflow *list[100];

	(void)state;
	for (int i = 0; i < 100; i++) {
		list[i] = race_overflow_new();
		assert_int_equal(list[i]->lock.taken, 1);
		assert_int_equal(list[i]->count, 0);
		race_spin_give(&list[i]->lock);
	}
	for (int i = 0; i < 100; i++) {
		race_cell c = race_overflow_cell(list[i]);

		assert_true(race_cell_is_list(c));
		assert_int_equal(c >> RACE_CELL_EPOCH_SHIFT, 0);
		assert_ptr_equal(race_overflow_of(c), list[i]);
		assert_true(i == 0 || list[i] != list[i - 1]);
	}
	for (int i = 0; i < 100; i++)
		race_overflow_free(race_overflow_cell(list[i]));
}

static void grows_and_keeps_its_cells(void **state)
{
	struct race_overflow *list = race_overflow_new();

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		race_overflow_grow(list);
		assert_true(list->count + 2 <= 1 << list->room_bits);
		cells_of(list)[list->count++] = i * i;
	}
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(cells_of(list)[i], i * i);
	race_overflow_recycle(list);
	race_spin_give(&list->lock);
}

static void few_cells_stay_in_the_list_itself(void **state)
{
	struct race_overflow *list = race_overflow_new();
	race_cell cells[] = { 1, 2, 3, 4, 5 };

	(void)state;
	race_overflow_put(list, cells, 2);
	assert_ptr_equal(cells_of(list), list->few);
	assert_int_equal(list->count, 2);
	race_overflow_put(list, cells, 5);
	assert_ptr_not_equal(cells_of(list), list->few);
	assert_int_equal(cells_of(list)[4], 5);
	race_overflow_put(list, cells_of(list), 3);
	assert_int_equal(list->count, 3);
	assert_int_equal(cells_of(list)[2], 3);
	race_overflow_recycle(list);
	race_spin_give(&list->lock);
}

static race_cell without_one(race_cell c)
{
	return race_cell_tid(c) == 9 ? 0 : c;
}

/* Where there is room for many, the list knows whose reads it has, or that there is a write. */
static void list_knows_its_readers(void **state)
{
	struct race_overflow *list = race_overflow_new();
	race_cell read = (uint64_t)5 << RACE_CELL_TID_SHIFT | race_cell_masks(0, 0xff);
	race_cell written = (uint64_t)6 << RACE_CELL_TID_SHIFT | race_cell_masks(0, 0);
	race_cell cells[] = { read, read + (64ull << RACE_CELL_TID_SHIFT),
		              read + (1ull << RACE_CELL_TID_SHIFT), written };

	(void)state;
	race_overflow_put(list, cells, 3);
	assert_int_equal(list->readers, 3 << 5);
	race_overflow_add(list, read + (4ull << RACE_CELL_TID_SHIFT));
	assert_int_equal(list->count, 4);
	assert_int_equal(cells_of(list)[3], read + (4ull << RACE_CELL_TID_SHIFT));
	assert_int_equal(list->readers, 3 << 5 | 1 << 9);
	race_spin_give(&list->lock);
	race_overflow_renew(without_one);
	race_spin_take(&list->lock);
	assert_int_equal(list->count, 3);
	assert_int_equal(list->readers, 3 << 5);
	race_overflow_grow(list);
	assert_int_equal(list->readers, ~0ull);
	race_overflow_put(list, cells, 4);
	assert_int_equal(list->readers, ~0ull);
	race_overflow_recycle(list);
	race_spin_give(&list->lock);
}

/* A thread that comes late must see that the list is another granule's now. */
static void recycled_list_is_empty_and_of_a_later_generation(void **state)
{
	struct race_overflow *list = race_overflow_new(), *again;
	uint32_t generation = list->generation;

	(void)state;
	for (int i = 0; i < 9; i++) {
		race_overflow_grow(list);
		cells_of(list)[list->count++] = 77;
	}
	race_spin_give(&list->lock);
	race_overflow_free(race_overflow_cell(list));
	assert_int_equal(list->lock.taken, 0);
	/* Who goes over all lists finds this one within its room. */
	assert_int_equal(list->count, 0);
	assert_ptr_equal(cells_of(list), list->few);
	again = race_overflow_new();
	assert_ptr_equal(again, list);
	assert_int_equal(again->count, 0);
	assert_true(again->generation > generation);
	race_overflow_recycle(again);
	race_spin_give(&again->lock);
}

static void recycled_lists_are_each_given_once(void **state)
{
	struct race_overflow *list[3], *again[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		list[i] = race_overflow_new();
		race_spin_give(&list[i]->lock);
	}
	for (int i = 0; i < 3; i++)
		race_overflow_free(race_overflow_cell(list[i]));
	for (int i = 0; i < 3; i++) {
		again[i] = race_overflow_new();
		race_spin_give(&again[i]->lock);
		assert_true(again[i] == list[0] || again[i] == list[1] || again[i] == list[2]);
	}
	assert_true(again[0] != again[1] && again[1] != again[2] && again[0] != again[2]);
}

/* One thread makes lists that another gives back: they come round. */
static void lists_come_back_from_another_threads_chain(void **state)
{
	uint64_t word = __race_self.word;
	uint32_t most = 0;

	(void)state;
	for (int round = 0; round < 3; round++) {
		struct race_overflow *made[5];

		__race_self.word = 1ull << RACE_CELL_TID_SHIFT;
		for (int i = 0; i < 5; i++) {
			made[i] = race_overflow_new();
			race_spin_give(&made[i]->lock);
			for (int j = 0; j < i; j++)
				assert_ptr_not_equal(made[i], made[j]);
			if (round == 0 && number_of(made[i]) > most)
				most = number_of(made[i]);
			assert_in_range(number_of(made[i]), 1, most);
		}
		assert_true(race_overflow_in_use());
		__race_self.word = 2ull << RACE_CELL_TID_SHIFT;
		for (int i = 0; i < 5; i++)
			race_overflow_free(race_overflow_cell(made[i]));
	}
	__race_self.word = word;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cell_leads_back_to_its_list),
		cmocka_unit_test(few_cells_stay_in_the_list_itself),
		cmocka_unit_test(grows_and_keeps_its_cells),
		cmocka_unit_test(list_knows_its_readers),
		cmocka_unit_test(recycled_list_is_empty_and_of_a_later_generation),
		cmocka_unit_test(recycled_lists_are_each_given_once),
		cmocka_unit_test(lists_come_back_from_another_threads_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
