/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_benign.c - whole ranges only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "benign.h"

static void ranges(void **state)
{
	(void)state;
	assert_false(race_benign_has(0x1000, 1));
	race_benign_add(0x1000, 8);
	race_benign_add(0x2000, 4);
	race_benign_add(0x1000, 8);
	assert_true(race_benign_has(0x1000, 8));
	assert_true(race_benign_has(0x1007, 1));
	assert_true(race_benign_has(0x2000, 4));
	assert_false(race_benign_has(0x1004, 8));
	assert_false(race_benign_has(0xfff, 2));
	assert_false(race_benign_has(0x2004, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(ranges) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
