/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_value_text.c - values by size, sign and type.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "value_text.h"

static struct race_told told;
static struct race_side now;

static void assert_value(const char *type, uint32_t size, uint64_t value, const char *expected)
{
	struct race_text text = { 0 };

	told.now.side = &now;
	now.size = size;
	told.location.kind = type ? RACE_LOCATION_GLOBAL : RACE_LOCATION_HEAP;
	told.location.variable.type = type;
	race_value_text(&text, &told, value);
	race_text_bytes(&text, "", 1);
	assert_string_equal(text.data, expected);
	race_text_free(&text);
}

static void integers(void **state)
{
	(void)state;
	assert_value("int", 4, 41, "41 (0x29)");
	assert_value("int", 4, 0xfffffffb, "-5 (0xfffffffb)");
	assert_value("volatile int", 4, 0xfffffffb, "-5 (0xfffffffb)");
	assert_value("unsigned int", 4, 0xfffffffb, "4294967291 (0xfffffffb)");
	assert_value("long", 8, 1ull << 63, "-9223372036854775808 (0x8000000000000000)");
	assert_value("signed char", 1, 0x80, "-128 (0x80)");
	assert_value(NULL, 4, 0xfffffffb, "4294967291 (0xfffffffb)");
	assert_value("struct pair", 8, 0, "0 (0x0)");
}

static void pointers(void **state)
{
	(void)state;
	assert_value("struct entry *", 8, 0x7f0000001000, "0x7f0000001000");
	assert_value("const char *volatile", 8, 0, "0x0");
	/* A half of one. */
	assert_value("char *", 4, 16, "16 (0x10)");
}

static void doubled(double number, const char *expected)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	assert_value("double", 8, bits, expected);
}

static void floats(void **state)
{
	(void)state;
	doubled(2.5, "2.5 (0x4004000000000000)");
	doubled(-0.001, "-0.001 (0xbf50624dd2f1a9fc)");
	doubled(0.1, "0.1 (0x3fb999999999999a)");
	doubled(1, "1 (0x3ff0000000000000)");
	doubled(0.9999999, "1 (0x3fefffffca501acb)");
	doubled(123456789.25, "123456789.25 (0x419d6f3455000000)");
	doubled(0.0, "0 (0x0)");
	doubled(-0.0, "0 (0x8000000000000000)");
	doubled(1e300, "0x7e37e43c8800759c");
	doubled(1e-300, "0x1a56e1fc2f8f359");
	doubled(__builtin_inf(), "0x7ff0000000000000");
	doubled(__builtin_nan(""), "0x7ff8000000000000");
	assert_value("float", 4, 0x40200000, "2.5 (0x40200000)");
	assert_value("volatile float", 4, 0xbf800000, "-1 (0xbf800000)");
	assert_value("double", 4, 7, "7 (0x7)");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers),
		cmocka_unit_test(pointers),
		cmocka_unit_test(floats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
