/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_restart.c - restart: the program does not see the count of its starts. The starts
 * themselves: tests/driver/layout.test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "restart.h"

static void the_count_is_forgotten(void **state)
{
	char home[] = "HOME=/", starts[] = "RACE_STARTS=c", path[] = "PATH=/bin";
	char *counted[] = { home, starts, path, NULL }, *none[] = { home, NULL };

	(void)state;
	race_restart_forget(counted);
	assert_ptr_equal(counted[0], home);
	assert_ptr_equal(counted[1], path);
	assert_null(counted[2]);
	race_restart_forget(none);
	assert_ptr_equal(none[0], home);
	assert_null(none[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_count_is_forgotten) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
