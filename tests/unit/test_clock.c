/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_clock.c - vector clocks: join, copies, growth, and what an entry orders.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"

static void join_takes_the_larger(void **state)
{
	uint64_t into[5] = { 1, 5, 3, 0, 7 }, from[5] = { 2, 4, 3, 9, 9 };
	const uint64_t both[5] = { 2, 5, 3, 9, 7 };

	(void)state;
	assert_true(race_clock_join(into, from, 4));
	assert_memory_equal(into, both, sizeof(both));
	assert_false(race_clock_join(into, from, 4));
	assert_false(race_clock_join(into, from, 0));
	from[0] = 1; /* one that grows is enough, wherever it is */
	assert_true(race_clock_join(into, from, 5));
	assert_int_equal(into[4], 9);
	assert_int_equal(into[0], 2);
}

static void copies(void **state)
{
	uint64_t into[4] = { 9, 9, 9, 9 };
	const uint64_t from[4] = { 1, 2, 3, 4 }, but[4] = { 1, 9, 3, 9 };

	(void)state;
	race_clock_copy_but(into, from, 3, 1);
	assert_memory_equal(into, but, sizeof(but));
	race_clock_copy(into, from, 3);
	assert_int_equal(into[1], 2);
	assert_int_equal(into[3], 9);
}

static void grows_with_zeros_and_keeps_its_content(void **state)
{
	struct race_clock *clock = NULL;

	(void)state;
	for (uint32_t size = 1; size <= RACE_TIDS; size = size * 2 + 1) {
		uint32_t before = clock ? clock->size : 0;

		race_clock_grow(&clock, size);
		assert_in_range(clock->size, size, clock->room);
		for (uint32_t i = 0; i < clock->size; i++) {
			assert_int_equal(clock->entry[i], i < before ? i + 1 : 0);
			clock->entry[i] = i + 1;
		}
		race_clock_grow(&clock, size / 2); /* no smaller */
		assert_in_range(clock->size, size, clock->room);
		assert_int_equal(clock->entry[size - 1], size);
	}
	race_clock_free(clock);
}

/* Memory that a freed clock leaves behind must not shine through. */
static void new_clock_is_zero(void **state)
{
	struct race_clock *clock = NULL;

	(void)state;
	for (int times = 0; times < 3; times++) {
		clock = NULL;
		race_clock_grow(&clock, 100);
		for (uint32_t i = 0; i < 100; i++) {
			assert_int_equal(clock->entry[i], 0);
			clock->entry[i] = ~0ull;
		}
		race_clock_free(clock);
	}
	race_clock_free(NULL);
}

static void entry_orders_its_epoch_and_those_before(void **state)
{
	const uint64_t epochs[] = { 0, 1, 77, RACE_EPOCH_LAST - 1 };

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		uint64_t entry = race_clock_entry(epochs[i]);
		uint64_t base = epochs[i] << RACE_CELL_EPOCH_SHIFT;

		assert_true((base | RACE_BELOW_EPOCH) <= entry); /* any mask, tid, site */
		assert_true(base <= entry);
		assert_true(base + RACE_EPOCH_ONE > entry);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(join_takes_the_larger),
		cmocka_unit_test(copies),
		cmocka_unit_test(grows_with_zeros_and_keeps_its_content),
		cmocka_unit_test(new_clock_is_zero),
		cmocka_unit_test(entry_orders_its_epoch_and_those_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
