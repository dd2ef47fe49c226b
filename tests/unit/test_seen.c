/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_seen.c - a hundred thousand races are found again and counted, each by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "seen.h"

static uint64_t key_of(uint32_t number)
{
	return (number * 0x9e3779b97f4a7c15ull) | 1;
}

static void many(void **state)
{
	uint32_t number;

	(void)state;
	for (uint32_t i = 1; i <= 100000; i++) {
		assert_false(race_seen_find(key_of(i), &number));
		race_seen_add(key_of(i), i);
	}
	for (uint32_t i = 1; i <= 100000; i++) {
		assert_true(race_seen_find(key_of(i), &number));
		assert_int_equal(number, i);
		race_seen_again(number);
	}
	race_seen_again(77777);
	assert_int_equal(race_seen_times(77777), 2);
	assert_int_equal(race_seen_times(77778), 1);
}

static void nobody_is_told_of_0(void **state)
{
	uint32_t number;

	(void)state;
	race_seen_add(42, 0);
	assert_true(race_seen_find(42, &number));
	assert_int_equal(number, 0);
	race_seen_again(0);
	assert_int_equal(race_seen_times(0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(many),
					    cmocka_unit_test(nobody_is_told_of_0) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
