/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_print.c - numbers as text, a text that outgrows its first room, and a write
 * that reaches a slow reader whole.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "print.h"

static void assert_text(struct race_text *text, const char *expected)
{
	race_text_bytes(text, "", 1);
	assert_string_equal(text->data, expected);
	race_text_free(text);
}

static void decimal_has_all_digits(void **state)
{
	struct race_text text = { 0 };

	(void)state;
	race_text_decimal(&text, 0);
	race_text_string(&text, " ");
	race_text_decimal(&text, 1234567890);
	race_text_string(&text, " ");
	race_text_decimal(&text, UINT64_MAX);
	assert_text(&text, "0 1234567890 18446744073709551615");
}

static void hex_is_lower_case_with_prefix(void **state)
{
	struct race_text text = { 0 };

	(void)state;
	race_text_hex(&text, 0);
	race_text_string(&text, " ");
	race_text_hex(&text, 0x7f60c8001010);
	race_text_string(&text, " ");
	race_text_hex(&text, UINT64_MAX);
	assert_text(&text, "0x0 0x7f60c8001010 0xffffffffffffffff");
}

static void number_is_a_string(void **state)
{
	(void)state;
	assert_string_equal(race_number(0).text, "0");
	assert_string_equal(race_number(66).text, "66");
	assert_string_equal(race_number(UINT64_MAX).text, "18446744073709551615");
}

static void text_grows(void **state)
{
	struct race_text text = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 100000; i++)
		race_text_bytes(&text, &"0123456789"[i % 10], 1);
	assert_int_equal(text.used, 100000);
	for (uint64_t i = 0; i < 100000; i++)
		assert_int_equal(text.data[i], "0123456789"[i % 10]);
	race_text_free(&text);
	assert_null(text.data);
}

/* The pipe holds less than the text, does not block and is emptied in small bits. */
static void write_is_whole(void **state)
{
	struct race_text text = { 0 };
	int pipes[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe2(pipes, O_NONBLOCK), 0);
	for (int i = 0; i < 300000; i++)
		race_text_string(&text, "x");
	child = fork();
	if (!child) {
		char bits[1000];
		size_t total = 0;
		ssize_t got;

		close(pipes[1]);
		fcntl(pipes[0], F_SETFL, 0);
		while ((got = read(pipes[0], bits, sizeof(bits))) > 0)
			total += (size_t)got;
		_exit(total != 300000);
	}
	assert_true(race_text_write(&text, pipes[1]));
	assert_int_equal(text.used, 0);
	close(pipes[0]);
	close(pipes[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	race_text_free(&text);
}

static void write_tells_failure(void **state)
{
	struct race_text text = { 0 };

	(void)state;
	race_text_string(&text, "nowhere");
	assert_false(race_text_write(&text, -1));
	assert_int_equal(text.used, 0);
	race_text_free(&text);
}

static void say(const void *unused)
{
	(void)unused;
	race_print_line("one ", race_number(2).text, " three");
}

static void die(const void *unused)
{
	(void)unused;
	race_die(5, "no ", "way");
}

static void line_has_our_name(void **state)
{
	char out[256];

	(void)state;
	assert_int_equal(child_stderr(say, NULL, out, sizeof(out)), 0);
	assert_string_equal(out, "librace: one 2 three\n");
}

static void death_has_a_line_and_a_status(void **state)
{
	char out[256];

	(void)state;
	assert_int_equal(child_stderr(die, NULL, out, sizeof(out)), 5);
	assert_string_equal(out, "librace: no way\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimal_has_all_digits),
		cmocka_unit_test(hex_is_lower_case_with_prefix),
		cmocka_unit_test(number_is_a_string),
		cmocka_unit_test(text_grows),
		cmocka_unit_test(write_is_whole),
		cmocka_unit_test(write_tells_failure),
		cmocka_unit_test(line_has_our_name),
		cmocka_unit_test(death_has_a_line_and_a_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
