/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_options.c - RACE_OPTIONS read right, and each mistake in it told in one line.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "child.h"
#include "options.h"

static struct race_options defaults;

static int start(void **state)
{
	(void)state;
	race_options = defaults;
	return 0;
}

static void defaults_are_those_of_go(void **state)
{
	(void)state;
	assert_string_equal(race_options.log_path, "stderr");
	assert_string_equal(race_options.strip_path_prefix, "");
	assert_int_equal(race_options.exitcode, 66);
	assert_int_equal(race_options.history_size, 1);
	assert_int_equal(race_options.halt_on_error, 0);
	assert_int_equal(race_options.atexit_sleep_ms, 1000);
}

static void every_separator_separates(void **state)
{
	char words[] = " exitcode=7,history_size=3:halt_on_error=1\tatexit_sleep_ms=0,, "
		       "log_path=/tmp/log\n";

	(void)state;
	race_options_parse(words);
	assert_int_equal(race_options.exitcode, 7);
	assert_int_equal(race_options.history_size, 3);
	assert_int_equal(race_options.halt_on_error, 1);
	assert_int_equal(race_options.atexit_sleep_ms, 0);
	assert_string_equal(race_options.log_path, "/tmp/log");
}

static void quotes_keep_separators(void **state)
{
	char words[] = "log_path='a b:c' strip_path_prefix=\"/src, old/\" exitcode=0";

	(void)state;
	race_options_parse(words);
	assert_string_equal(race_options.log_path, "a b:c");
	assert_string_equal(race_options.strip_path_prefix, "/src, old/");
	assert_int_equal(race_options.exitcode, 0);
}

static void last_one_counts(void **state)
{
	char words[] = "exitcode=1 exitcode=2 strip_path_prefix=/a strip_path_prefix=";

	(void)state;
	race_options_parse(words);
	assert_int_equal(race_options.exitcode, 2);
	assert_string_equal(race_options.strip_path_prefix, "");
}

static void read_environment(const void *words)
{
	dup2(2, 1); /* help goes to stdout */
	setenv("RACE_OPTIONS", words, 1);
	race_options_init();
	_exit((int)race_options.exitcode);
}

/* Everything that reading `words` from the environment prints; returns the status. */
static int output_of(const char *words, char *out, size_t room)
{
	return child_stderr(read_environment, words, out, room);
}

static void assert_mistake(const char *words, const char *line)
{
	char out[4096];

	assert_int_equal(output_of(words, out, sizeof(out)), 1);
	assert_string_equal(out, line);
}

static void environment_is_read(void **state)
{
	char out[4096];

	(void)state;
	assert_int_equal(output_of("exitcode=42", out, sizeof(out)), 42);
	assert_string_equal(out, "");
	assert_int_equal(output_of("", out, sizeof(out)), 66);
}

static const char accepted[] =
#define RACE_NUMBER(name, standard, least, most, help) ", " #name
#define RACE_TEXT(name, standard, accepted, help) ", " #name
#include "options.def"
	;

static void unknown_key_is_told(void **state)
{
	char line[4096];

	(void)state;
	snprintf(line, sizeof(line), "librace: RACE_OPTIONS: unknown option 'exitcod'; accepted are%s\n",
		 accepted + 1);
	assert_mistake("exitcod=3", line);
}

static void bad_numbers_are_told(void **state)
{
	static const char *const values[] = { "256", "-1", "", "x", "6x", "0x10", "1e1",
					      "18446744073709551682" };

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		char words[64], line[128];

		strcat(strcpy(words, "exitcode="), values[i]);
		strcat(strcpy(line, "librace: RACE_OPTIONS: exitcode cannot be '"), values[i]);
		assert_mistake(words, strcat(line, "'; accepted is 0..255\n"));
	}
}

static void bad_words_are_told(void **state)
{
	(void)state;
	assert_mistake("log_path=", "librace: RACE_OPTIONS: log_path cannot be ''; accepted is "
				    "stderr, stdout or a file name\n");
	assert_mistake("halt_on_error", "librace: RACE_OPTIONS: 'halt_on_error' has no value; "
					"write halt_on_error=value\n");
	assert_mistake("log_path='a b", "librace: RACE_OPTIONS: no closing ' after: a b\n");
}

static void overlong_is_told(void **state)
{
	static char words[5000];

	(void)state;
	memset(words, ' ', sizeof(words) - 1);
	assert_mistake(words, "librace: RACE_OPTIONS: longer than 4095 bytes\n");
}

static void help_lists_the_table(void **state)
{
	static const char *const names[] = {
#define RACE_NUMBER(name, standard, least, most, help) #name "=" #standard, help,
#define RACE_TEXT(name, standard, accepted, help) #name "='" standard "'", help,
#define RACE_CHOICE(name, standard, accepted, help) #name "=" standard, accepted, help,
#include "options.def"
	};
	char out[8192];

	(void)state;
	assert_int_equal(output_of("help=1", out, sizeof(out)), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_non_null(strstr(out, names[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(defaults_are_those_of_go, start),
		cmocka_unit_test_setup(every_separator_separates, start),
		cmocka_unit_test_setup(quotes_keep_separators, start),
		cmocka_unit_test_setup(last_one_counts, start),
		cmocka_unit_test_setup(environment_is_read, start),
		cmocka_unit_test_setup(unknown_key_is_told, start),
		cmocka_unit_test_setup(bad_numbers_are_told, start),
		cmocka_unit_test_setup(bad_words_are_told, start),
		cmocka_unit_test_setup(overlong_is_told, start),
		cmocka_unit_test_setup(help_lists_the_table, start),
	};

	defaults = race_options;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
