/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_snippet.c - three lines of a file, at its ends and without it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "snippet.h"

static char path[] = "/tmp/race_test_snippet.XXXXXX";

static uint32_t column;

static void assert_snippet(const char *file, uint32_t line, const char *expected)
{
	struct race_text text = { 0 };

	race_snippet_print(&text, file, line, column);
	race_text_bytes(&text, "", 1);
	assert_string_equal(text.data, expected);
	race_text_free(&text);
}

static void lines(void **state)
{
	(void)state;
	assert_snippet(path, 2, "          1 | one\n    >     2 | \ttwo\n          3 | three[31m\n");
	assert_snippet(path, 1, "    >     1 | one\n          2 | \ttwo\n");
	assert_snippet(path, 4, "          3 | three[31m\n    >     4 | four\n");
	assert_snippet(path, 9, "");
	assert_snippet(path, 0, "");
	assert_snippet("/nowhere/at/all.c", 1, "");
}

static void carets(void **state)
{
	(void)state;
	column = 3;
	assert_snippet(path, 2, "          1 | one\n    >     2 | \ttwo\n            | \t ^\n"
				"          3 | three[31m\n");
	assert_snippet(path, 4, "          3 | three[31m\n    >     4 | four\n            |   ^\n");
	column = 30;
	assert_snippet(path, 1, "    >     1 | one\n          2 | \ttwo\n");
	column = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(lines), cmocka_unit_test(carets) };
	/* What could play with the terminal stays out. */
	static const char words[] = "one\n\ttwo\nthree\033[31m\nfour";
	int fd = mkstemp(path), result;

	if (fd < 0 || write(fd, words, strlen(words)) < 0)
		return 1;
	result = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return result;
}
