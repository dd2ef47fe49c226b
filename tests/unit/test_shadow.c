/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_shadow.c - the shadow as address space: which addresses share cells, what was
 * ever touched, what a clear leaves; and the fields of a cell.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <sys/mman.h>

#include "overflow.h"
#include "shadow.h"

/* Program memory of our own for the tests: only its shadow is touched. */
static uint64_t region(uint64_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return (uint64_t)memory;
}

static void mark(uint64_t addr, uint64_t bytes)
{
	for (uint64_t at = addr & ~7ull; at < addr + bytes; at += 8) {
		race_shadow_of(at)[0] = at | 1;
		race_shadow_of(at)[1] = ~at;
	}
}

static void fields_of_a_cell(void **state)
{
	race_cell c = 0x2abcdull << RACE_CELL_EPOCH_SHIFT | 0x155ull << RACE_CELL_TID_SHIFT |
		      race_cell_masks(0xf0, 0xcc) | 0xbeef;

	(void)state;
	assert_int_equal(race_cell_epoch(c), 0x2abcd);
	assert_int_equal(race_cell_tid(c), 0x155);
	assert_int_equal(race_cell_site(c), 0xbeef);
	assert_int_equal(race_cell_plain(c), 0x0f);
	assert_int_equal(race_cell_changed(c), 0x33);
	assert_int_equal(race_cell_touched(c), 0x3f);
	assert_false(race_cell_is_atomic(c));
	assert_true(race_cell_is_atomic(race_cell_masks(0xff, 0xcc)));
	assert_int_equal(race_cell_touched(0), 0xff); /* main read and wrote everything */
	assert_true(race_cell_same_epoch(c, c & ~0xffffffffull));
	assert_false(race_cell_same_epoch(c, c + RACE_EPOCH_ONE));
	assert_false(race_cell_same_epoch(c, c ^ 1ull << RACE_CELL_TID_SHIFT));
	assert_false(race_cell_is_list(c));
	assert_true(race_cell_is_list((uint64_t)RACE_TID_LIST << RACE_CELL_TID_SHIFT | 5));
}

static void swap_takes_both_or_none(void **state)
{
	race_cell pair[2] __attribute__((aligned(16))) = { 1, 2 };

	(void)state;
	assert_false(race_shadow_swap(pair, 1, 3, 8, 9));
	assert_false(race_shadow_swap(pair, 3, 2, 8, 9));
	assert_true(pair[0] == 1 && pair[1] == 2);
	assert_true(race_shadow_swap(pair, 1, 2, 8, 9));
	assert_true(pair[0] == 8 && pair[1] == 9);
}

static race_cell shared_pair[2] __attribute__((aligned(16)));

static void *swap_often(void *unused)
{
	for (int i = 0; i < 200000;) {
		race_cell c0 = race_load(&shared_pair[0]), c1 = race_load(&shared_pair[1]);

		i += race_shadow_swap(shared_pair, c0, c1, c0 + 1, c1 + 2);
	}
	return unused;
}

static void swaps_of_two_threads_are_all_there(void **state)
{
	pthread_t thread[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, swap_often, NULL), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(shared_pair[0], 400000);
	assert_int_equal(shared_pair[1], 800000);
}

static void neighbours_have_neighbouring_cells(void **state)
{
	uint64_t x = 0x555555554000;

	(void)state;
	assert_ptr_equal(race_shadow_of(x + 7), race_shadow_of(x));
	assert_ptr_equal(race_shadow_of(x + 8), race_shadow_of(x) + 2);
	assert_int_equal((uint64_t)race_shadow_of(x) % 16, 0);
}

static void apart_says_who_shares_cells(void **state)
{
	static const struct {
		uint64_t one, two;
		bool apart;
	} cases[] = {
		{ 0x555555554000, 0x7ffff7dc3000, true },   /* PIE and libraries */
		{ 0x7ffff7dc3000, 0x7ffffffde000, true },   /* libraries and stack */
		{ 0x400000, 0x7ffff7dc3000, true },         /* no PIE */
		{ 0x400000, 0x555555554000, true },
		{ 0x400000, 0x400000, true },               /* a place is no stranger */
		{ 0x400000, 0x7fff0000 - 8, true },
		{ 0x400000, 0x7ffffffde000, true },
		{ 0x400000, 0x600000400000, false },        /* 2^45 apart in shadow */
		{ 0x555555554000, 0x755555554000, false },
		{ 0x555555554000, 0x775555554000, true },
		{ 0x400000, 0x80000000, false },            /* where shadow itself is */
		{ 0x400000, 0x200000000000, false },
		{ 0x100000000000, 0x7ffff7dc3000, false },
	};

	(void)state;
	for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(race_shadow_apart(cases[i].one, cases[i].two),
				 cases[i].apart);
		assert_int_equal(race_shadow_apart(cases[i].two, cases[i].one),
				 cases[i].apart);
		if (cases[i].apart && cases[i].one != cases[i].two)
			assert_ptr_not_equal(race_shadow_of(cases[i].one),
					     race_shadow_of(cases[i].two));
	}
}

/* Small and large ranges, from and to any byte: the granules of the range and no other. */
static void clear_leaves_the_neighbours(void **state)
{
	static const uint64_t sizes[] = { 1, 8, 13, 4096, 65535, 65536, 65537, 300001, 1 << 20 };
	uint64_t memory = region(2 << 20);

	(void)state;
	for (uint32_t i = 0; i < 9 * 4; i++) {
		uint64_t start = memory + 8192 + i % 4 * 1237, end = start + sizes[i / 4];

		mark(start - 64, end + 128 - start);
		race_shadow_clear(start, end - start);
		for (uint64_t at = (start - 64) & ~7ull; at < end + 64; at += 8) {
			bool inside = at + 8 > start && at < end;

			assert_int_equal(race_shadow_of(at)[0], inside ? 0 : at | 1);
			assert_int_equal(race_shadow_of(at)[1], inside ? 0 : ~at);
		}
	}
}

/* What is soon to be used again keeps its memory; large pieces lose theirs. */
static void clear_drops_large_pieces_alone(void **state)
{
	const uint64_t small = 300 << 10, large = 2 << 20;
	uint64_t memory = region(large + small), part;

	(void)state;
	mark(memory, large + small);
	race_shadow_clear(memory, large);
	race_shadow_clear(memory + large, small);
	assert_false(race_shadow_exists(memory + large / 2, 8, &part));
	assert_true(race_shadow_exists(memory + large + small / 2, 8, &part));
}

/* The list of x, as the only one that its pool has to give out next. */
static void check_list_comes_back(uint64_t bytes)
{
	uint64_t memory = region(bytes), x = memory + bytes / 2;
	struct race_overflow *list = race_overflow_new();
	struct race_overflow *again;

	race_spin_give(&list->lock);
	race_shadow_note_list(race_shadow_of(x));
	race_shadow_of(x)[1] = race_overflow_cell(list);
	race_shadow_clear(memory, bytes);
	assert_int_equal(race_shadow_of(x)[1], 0);
	again = race_overflow_new();
	race_spin_give(&again->lock);
	assert_ptr_equal(again, list);
}

static void clear_gives_lists_back(void **state)
{
	(void)state;
	check_list_comes_back(4096);
}

static void clear_of_pages_gives_lists_back(void **state)
{
	(void)state;
	check_list_comes_back(256 << 10);
	check_list_comes_back(1 << 20);
}

static void exists_where_it_was_touched(void **state)
{
	const uint64_t bytes = 8 << 20, touched = 5 << 20;
	uint64_t memory = region(bytes), at = memory + 24, end = memory + bytes, part;
	bool found = false;

	(void)state;
	race_shadow_of(memory + touched)[0] = 1;
	for (; at < end; at += part) {
		bool exists = race_shadow_exists(at, end - at, &part);

		assert_in_range(part, 1, end - at);
		found |= exists && memory + touched - at < part;
		assert_true(exists || memory + touched - at >= part);
		if (exists) /* pages, not the whole block */
			assert_in_range(part, 1, 64 << 10);
	}
	assert_true(found);
	assert_true(race_shadow_exists(memory + touched, 8, &part));
	assert_int_equal(part, 8);
	race_shadow_clear(memory, bytes);
	assert_false(race_shadow_exists(memory + touched, 8, &part));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_of_a_cell),
		cmocka_unit_test(swap_takes_both_or_none),
		cmocka_unit_test(swaps_of_two_threads_are_all_there),
		cmocka_unit_test(neighbours_have_neighbouring_cells),
		cmocka_unit_test(apart_says_who_shares_cells),
		cmocka_unit_test(clear_leaves_the_neighbours),
		cmocka_unit_test(clear_drops_large_pieces_alone),
		cmocka_unit_test(clear_gives_lists_back),
		cmocka_unit_test(clear_of_pages_gives_lists_back),
		cmocka_unit_test(exists_where_it_was_touched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
