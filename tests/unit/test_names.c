/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_names.c - words one behind the other, names of C and C++, and no room left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "names.h"
#include "options.h"

static struct race_names names;

static void words(void **state)
{
	const char *first, *second;

	(void)state;
	first = race_names_begin(&names);
	race_names_add(&names, "one", 3);
	race_names_add(&names, " two", 4);
	race_names_end(&names);
	second = race_names_begin(&names);
	race_names_end(&names);
	assert_string_equal(first, "one two");
	assert_string_equal(second, "");
	assert_string_equal(race_names_function(&names, "main"), "main()");
	assert_string_equal(race_names_function(&names, "_ZN4bank7Account7depositEl"), "bank::Account::deposit(long)");
	assert_string_equal(race_names_function(&names, "_Znonsense"), "_Znonsense()");
	assert_string_equal(race_names_function(&names, NULL), "?\?()");
	assert_string_equal(race_names_datum(&names, "_ZN4bank5totalE"), "bank::total");
	assert_string_equal(race_names_datum(&names, "total"), "total");
}

static void files(void **state)
{
	static const char plain[] = "/src/a.c";

	(void)state;
	race_options.strip_path_prefix = "";
	assert_ptr_equal(race_names_file(&names, plain), plain);
	assert_null(race_names_file(&names, NULL));
	assert_string_equal(race_names_file(&names, "/usr/bin/../lib/./gcc/12/../../x.h"), "/usr/lib/x.h");
	assert_string_equal(race_names_file(&names, "build/../src/a.c"), "src/a.c");
	assert_string_equal(race_names_file(&names, "../src/../a.c"), "../a.c");
	assert_string_equal(race_names_file(&names, "../../a.c"), "../../a.c");
	assert_string_equal(race_names_file(&names, "/../a.c"), "/../a.c");
	assert_string_equal(race_names_file(&names, "/src/..a/../b.c"), "/src/b.c");
	/* The prefix as the compiler wrote the path, or as it is told. */
	race_options.strip_path_prefix = "/src/build/../";
	assert_string_equal(race_names_file(&names, "/src/build/../a.c"), "a.c");
	race_options.strip_path_prefix = "/src/";
	assert_string_equal(race_names_file(&names, "/src/build/../a.c"), "a.c");
	assert_string_equal(race_names_file(&names, "/home/../src/a.c"), "a.c");
	assert_string_equal(race_names_file(&names, "/other/a.c"), "/other/a.c");
	race_options.strip_path_prefix = "";
}

static void no_room(void **state)
{
	static const char symbol[] = "_ZN4bank7Account7depositEl";
	const char *text;

	(void)state;
	names.used = sizeof(names.text) - 4;
	assert_ptr_equal(race_names_function(&names, symbol), symbol);
	text = race_names_begin(&names);
	race_names_add(&names, "too long", 8);
	race_names_end(&names);
	assert_string_equal(text, "");
	names.used = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(words), cmocka_unit_test(files), cmocka_unit_test(no_room) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
