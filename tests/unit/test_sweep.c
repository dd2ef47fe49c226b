/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_sweep.c - a sweep meets each cell once, wherever the program has memory, drops
 * the shadow of memory that is gone, and leaves the markers of lists.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <sys/mman.h>

#include "play.h"
#include "sweep.h"

static race_cell looked_for[4];
static int met[4], met_in_all;

static race_cell count(race_cell c)
{
	met_in_all++;
	for (int i = 0; i < 4; i++)
		met[i] += c == looked_for[i];
	return c;
}

static race_cell drop(race_cell c)
{
	return c == looked_for[0] ? 0 : c;
}

static int begin(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		looked_for[i] = (uint64_t)(0x3ff000 + i) << RACE_CELL_EPOCH_SHIFT | 0xffff0001;
		met[i] = 0;
	}
	met_in_all = 0;
	return 0;
}

static void put(const void *addr, race_cell c0, race_cell c1)
{
	race_cell *cells = race_shadow_of((uint64_t)addr);

	cells[0] = c0;
	cells[1] = c1;
}

static void meets_each_cell_once(void **state)
{
	static uint64_t global;
	uint64_t local;
	char *mapped = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
	                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	put(&global, looked_for[0], 0);
	put(&local, looked_for[1], looked_for[2]);
	put(mapped + (1 << 20) - 8, looked_for[3], 0);
	race_sweep(count);
	for (int i = 0; i < 4; i++)
		assert_int_equal(met[i], 1);
	put(&global, 0, 0);
	put(&local, 0, 0);
	munmap(mapped, 1 << 20);
}

static void second_cell_moves_up(void **state)
{
	static uint64_t x __attribute__((aligned(8)));
	race_cell *cells = race_shadow_of((uint64_t)&x);

	(void)state;
	put(&x, looked_for[0], looked_for[1]);
	race_sweep(drop);
	assert_int_equal(cells[0], looked_for[1]);
	assert_int_equal(cells[1], 0);
	put(&x, 0, 0);
}

static void lists_stay(void **state)
{
	static uint64_t x __attribute__((aligned(8)));
	race_cell list = (uint64_t)RACE_TID_LIST << RACE_CELL_TID_SHIFT | 0x3ffffff;

	(void)state;
	put(&x, list, 0);
	race_sweep(count);
	assert_int_equal(*race_shadow_of((uint64_t)&x), list);
	put(&x, 0, 0);
}

/* Unmapped behind our back. */
static void shadow_of_nothing_goes(void **state)
{
	char *mapped = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
	                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	put(mapped, looked_for[0], 0);
	race_enter(); /* our stand-in does nothing then */
	munmap(mapped, 1 << 20);
	race_leave();
	assert_int_equal(*race_shadow_of((uint64_t)mapped), looked_for[0]);
	race_sweep(count);
	assert_int_equal(met[0], 0);
	assert_int_equal(*race_shadow_of((uint64_t)mapped), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(meets_each_cell_once, begin),
		cmocka_unit_test_setup(second_cell_moves_up, begin),
		cmocka_unit_test_setup(lists_stay, begin),
		cmocka_unit_test_setup(shadow_of_nothing_goes, begin),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
