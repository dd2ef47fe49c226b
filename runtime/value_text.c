/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * value_text.c - prints values (value_text.h). Floating numbers by integers alone: a report
 * may come where the program's vector registers are in use.
 */
#include "value_text.h"

#include <string.h>

static bool is_one_of(const char *type, const char *const *types)
{
	while (*types && strcmp(type, *types))
		types++;
	return *types;
}

/* 2.5, -0.001234: to six digits behind the point. False: it is too large, too small, or no
 * number, and its bits say more. `digits` are the mantissa's. */
static bool floating(struct race_text *text, uint64_t value, uint32_t bits, uint32_t digits)
{
	uint64_t mantissa = value & ((1ull << digits) - 1), whole, rest, part;
	uint32_t exponents = bits - 1 - digits, bias = (1u << (exponents - 1)) - 1, count = 6;
	int exponent = (int)(value >> digits & ((1u << exponents) - 1)) - (int)bias;
	char behind[8] = { 0 };

	if (!(value & ~(1ull << (bits - 1)))) {
		race_text_string(text, "0");
		return true;
	}
	if (exponent < -14 || exponent > 50)
		return false;
	/* As a fraction of 2^52, so that a shift to either side keeps all. */
	mantissa = (mantissa | 1ull << digits) << (52 - digits);
	whole = exponent >= 0 ? mantissa >> (52 - exponent) : 0;
	rest = exponent >= 0 ? mantissa << exponent & ((1ull << 52) - 1) : mantissa >> -exponent;
	part = (uint64_t)(((unsigned __int128)rest * 1000000 + (1ull << 51)) >> 52);
	whole += part / 1000000;
	part %= 1000000;
	race_text_string(text, value >> (bits - 1) ? "-" : "");
	race_text_decimal(text, whole);
	if (!part)
		return true;
	for (; !(part % 10); count--)
		part /= 10;
	for (uint32_t i = count; i-- > 0; part /= 10)
		behind[i] = (char)('0' + part % 10);
	race_text_string(text, ".");
	race_text_string(text, behind);
	return true;
}

static void integer(struct race_text *text, uint64_t value, uint64_t sign)
{
	race_text_string(text, value & sign ? "-" : "");
	race_text_decimal(text, value & sign ? ((sign << 1) - value) : value);
}

void race_value_text(struct race_text *text, const struct race_told *told, uint64_t value)
{
	static const char *const with_sign[] = { "int", "long", "short", "long long", "char",
						 "signed char", "int8_t", "int16_t", "int32_t",
						 "int64_t", "ssize_t", "ptrdiff_t", "intptr_t",
						 "off_t", "time_t", NULL };
	bool known = told->location.kind == RACE_LOCATION_GLOBAL;
	const char *type = known ? told->location.variable.type : "";
	uint32_t size = told->now.side->size;
	size_t used = text->used;
	bool is_float, is_double;

	type += strncmp(type, "volatile ", 9) ? 0 : 9;
	is_float = !strcmp(type, "float") && size == 4;
	is_double = !strcmp(type, "double") && size == 8;
	if (size == 8 && strchr(type, '*')) {
		race_text_hex(text, value);
		return;
	}
	if (is_float || is_double) {
		if (!floating(text, value, size * 8, is_float ? 23 : 52))
			race_text_hex(text, value);
	} else {
		integer(text, value, is_one_of(type, with_sign) ? 1ull << (size * 8 - 1) : 0);
	}
	if (text->data && text->used > used + 1 && text->data[used + 1] == 'x')
		return;
	race_text_string(text, " (");
	race_text_hex(text, value);
	race_text_string(text, ")");
}
