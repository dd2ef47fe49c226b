/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_program.c - program: its own file is found. Without /proc: tests/driver/start.test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "program.h"

static void the_file_is_found(void **state)
{
	char path[RACE_PROGRAM_PATH];
	size_t length = race_program_path(path);

	(void)state;
	assert_int_equal(length, strlen(path));
	assert_int_equal(path[0], '/');
	assert_non_null(strstr(path, "test_program"));
	assert_int_equal(access(race_program_file(), R_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_file_is_found) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
