/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_format.c - which arguments of a format point to memory, and how much of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <wchar.h>

#include "format.h"

static struct race_format_part parts[RACE_FORMAT_MOST];
static char a[8], b[8], c[8];

static uint32_t printed(const void *format, bool wide, ...)
{
	va_list list;
	uint32_t count;

	va_start(list, wide);
	count = race_format_printed(format, wide, list, parts);
	va_end(list);
	return count;
}

static uint32_t scanned(const char *format, ...)
{
	va_list list;
	uint32_t count;

	va_start(list, format);
	count = race_format_scanned(format, false, list, parts);
	va_end(list);
	return count;
}

static void is(uint32_t i, const void *memory, size_t bytes, enum race_format_kind kind)
{
	assert_ptr_equal(parts[i].memory, memory);
	assert_int_equal(parts[i].bytes, bytes);
	assert_int_equal(parts[i].kind, kind);
}

static void printed_arguments_are_found(void **state)
{
	(void)state;
	assert_int_equal(printed("%d%%%5.2f %Lg|%-*s|%m %c", false, 1, 2.5, 3.5L, 9, a, 'x'), 1);
	is(0, a, SIZE_MAX, RACE_FORMAT_STRING);
	assert_int_equal(printed("%.*s%.3ls%hhn%lln", false, 4, a, b, c, a), 4);
	is(0, a, 4, RACE_FORMAT_STRING);
	is(1, b, 3, RACE_FORMAT_WIDE_STRING);
	is(2, c, 1, RACE_FORMAT_COUNT);
	is(3, a, 8, RACE_FORMAT_COUNT);
	assert_int_equal(printed(L"%s %S", true, a, b), 2);
	is(1, b, SIZE_MAX, RACE_FORMAT_WIDE_STRING);
}

static void arguments_may_have_numbers(void **state)
{
	(void)state;
	assert_int_equal(printed("%3$s %1$.*2$s", false, a, 5, b), 2);
	is(0, b, SIZE_MAX, RACE_FORMAT_STRING);
	is(1, a, 5, RACE_FORMAT_STRING);
}

static void the_unknown_ends_it(void **state)
{
	(void)state;
	assert_int_equal(printed("%s%y%s", false, a, b, c), 1);
	assert_int_equal(printed("%s%", false, a), 1);
	assert_int_equal(printed("%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s",
				 false, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a,
				 a, a, a, a, a, a, a, a, a, a, a, a, a), RACE_FORMAT_MOST);
}

static void scanned_arguments_are_found(void **state)
{
	(void)state;
	assert_int_equal(scanned("%*d%hd%3c%[]x]%ms,%n", a, b, c, a, b), 5);
	is(0, a, 2, RACE_FORMAT_BYTES);
	is(1, b, 3, RACE_FORMAT_BYTES);
	assert_int_equal(parts[2].kind, RACE_FORMAT_STRING);
	assert_true(parts[3].allocated);
	is(4, b, 4, RACE_FORMAT_COUNT);
	assert_true(parts[4].unsure);
	assert_int_equal(scanned("%lf %Lf%f%lc%p%n", a, b, c, a, b, c), 6);
	is(0, a, 8, RACE_FORMAT_BYTES);
	is(1, b, 16, RACE_FORMAT_BYTES);
	is(2, c, 4, RACE_FORMAT_BYTES);
	is(3, a, 4, RACE_FORMAT_BYTES);
	is(4, b, 8, RACE_FORMAT_BYTES);
	assert_false(parts[5].unsure);
}

static void measuring_assigns_nothing(void **state)
{
	char out[64];

	(void)state;
	assert_int_equal(race_format_measuring("a%ld %5ms%n%%%*[^]%]x", out, sizeof(out)), 3);
	assert_string_equal(out, "a%*d%n %*5s%n%%%*[^]%]%nx");
	assert_int_equal(race_format_measuring("%d%d%d", out, 8), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printed_arguments_are_found),
		cmocka_unit_test(arguments_may_have_numbers),
		cmocka_unit_test(the_unknown_ends_it),
		cmocka_unit_test(scanned_arguments_are_found),
		cmocka_unit_test(measuring_assigns_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
