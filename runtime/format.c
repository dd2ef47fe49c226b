/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * format.c - formats, taken apart as C23 and POSIX have them, with glibc's %m. First the
 * conversions, each with the numbers of its arguments (%2$s gives its own); then the
 * arguments in their order, each taken off the list by its class. At the first conversion
 * that nobody knows, the rest is left alone.
 */
#include "format.h"

#include <limits.h>
#include <wchar.h>

#define ARGUMENTS (3 * RACE_FORMAT_MOST) /* of a conversion: itself, width, precision */

/* How an argument is passed; integers and pointers alike. */
enum class { UNUSED, WORD, FLOATING, LONG_FLOATING };

struct text {
	const void *format;
	bool wide;
	uint32_t at;
};

static uint32_t now(const struct text *t)
{
	return t->wide ? (uint32_t)((const wchar_t *)t->format)[t->at] :
	                 ((const unsigned char *)t->format)[t->at];
}

static bool skip(struct text *t, uint32_t c)
{
	if (now(t) != c)
		return false;
	t->at++;
	return true;
}

static bool is_one_of(uint32_t c, const char *set)
{
	for (; *set; set++)
		if (c == (unsigned char)*set)
			return true;
	return false;
}

/* -1 when there is none. */
static int number(struct text *t)
{
	int n = -1;

	for (uint32_t c; c = now(t), c >= '0' && c <= '9'; t->at++)
		n = n > INT_MAX / 20 ? n : (n < 0 ? 0 : n) * 10 + (int)(c - '0');
	return n;
}

/* The number in front of a dollar sign; 0 when there is none, and nothing skipped. */
static int position(struct text *t)
{
	struct text start = *t;
	int n = number(t);

	if (n > 0 && skip(t, '$'))
		return n;
	*t = start;
	return 0;
}

/* h, hh, l, ll (also q and j, z, t), L. */
enum length { NONE, CHAR, SHORT, LONG, LONG_DOUBLE };

static enum length length(struct text *t)
{
	if (skip(t, 'h'))
		return skip(t, 'h') ? CHAR : SHORT;
	if (skip(t, 'l'))
		return skip(t, 'l'), LONG;
	if (skip(t, 'L'))
		return LONG_DOUBLE;
	if (!is_one_of(now(t), "qjzZt"))
		return NONE;
	t->at++;
	return LONG;
}

struct conversion {
	uint32_t what; /* its letter */
	enum length length;
	int argument, width_argument, precision_argument; /* 0: none */
	int width, precision;                             /* -1: none */
	bool suppressed, allocates, unsure;
};

struct parsed {
	struct conversion conversions[RACE_FORMAT_MOST];
	uint32_t count;
	int arguments; /* the last one's number */
	enum class classes[ARGUMENTS + 1];
};

static bool take(struct parsed *p, int *argument, int wanted, enum class class)
{
	*argument = wanted ? wanted : p->arguments + 1;
	if (*argument > ARGUMENTS)
		return false;
	if (p->arguments < *argument)
		p->arguments = *argument;
	p->classes[*argument] = class;
	return true;
}

static enum class class_of(const struct conversion *c)
{
	if (!is_one_of(c->what, "fFeEgGaA"))
		return WORD;
	return c->length == LONG_DOUBLE ? LONG_FLOATING : FLOATING;
}

static bool print_conversion(struct text *t, struct parsed *p, struct conversion *c)
{
	int own = position(t);

	while (is_one_of(now(t), "-+ #0'I"))
		t->at++;
	if (skip(t, '*')) {
		if (!take(p, &c->width_argument, position(t), WORD))
			return false;
	} else {
		c->width = number(t);
	}
	if (skip(t, '.')) {
		if (skip(t, '*')) {
			if (!take(p, &c->precision_argument, position(t), WORD))
				return false;
		} else {
			c->precision = number(t);
			c->precision += c->precision < 0;
		}
	}
	c->length = length(t);
	c->what = now(t);
	if (c->what == 'm')
		return t->at++, true;
	if (!is_one_of(c->what, "diouxXcCsSpnfFeEgGaA"))
		return false;
	t->at++;
	return take(p, &c->argument, own, class_of(c));
}

static void skip_set(struct text *t)
{
	skip(t, '^');
	skip(t, ']');
	while (now(t) && now(t) != ']')
		t->at++;
	skip(t, ']');
}

static bool scan_conversion(struct text *t, struct parsed *p, struct conversion *c)
{
	int own = position(t);

	c->suppressed = skip(t, '*');
	skip(t, '\'');
	c->width = number(t);
	c->allocates = skip(t, 'm');
	c->length = length(t);
	c->what = now(t);
	if (!is_one_of(c->what, "diouxXpncCsS[fFeEgGaA"))
		return false;
	t->at++;
	if (c->what == '[')
		skip_set(t);
	return c->suppressed || take(p, &c->argument, own, WORD);
}

static bool is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void parse(struct parsed *p, const void *format, bool wide,
                  bool (*conversion)(struct text *, struct parsed *, struct conversion *))
{
	struct text t = { format, wide, 0 };
	bool unsure = false; /* since the last conversion that assigned */

	*p = (struct parsed){ .count = 0 };
	while (now(&t) && p->count < RACE_FORMAT_MOST) {
		struct conversion *c = &p->conversions[p->count];

		if (!skip(&t, '%')) {
			unsure |= !is_space(now(&t));
			t.at++;
			continue;
		}
		if (skip(&t, '%')) {
			unsure = true;
			continue;
		}
		*c = (struct conversion){ .width = -1, .precision = -1 };
		if (!conversion(&t, p, c))
			return;
		if (c->suppressed) {
			unsure = true;
			continue;
		}
		c->unsure = unsure;
		if (c->what != 'n')
			unsure = false;
		p->count++;
	}
}

static void fetch(const struct parsed *p, va_list list, uint64_t values[ARGUMENTS + 1])
{
	for (int i = 1; i <= p->arguments; i++) {
		values[i] = 0;
		if (p->classes[i] == FLOATING)
			(void)va_arg(list, double);
		else if (p->classes[i] == LONG_FLOATING)
			(void)va_arg(list, long double);
		else
			values[i] = va_arg(list, uint64_t);
	}
}

static size_t integer_bytes(enum length length)
{
	return length == CHAR ? 1 : length == SHORT ? 2 : length == NONE ? 4 : 8;
}

static bool is_wide(const struct conversion *c)
{
	return c->what == 'S' || c->what == 'C' || c->length == LONG;
}

uint32_t race_format_printed(const void *format, bool wide, va_list list,
                             struct race_format_part parts[RACE_FORMAT_MOST])
{
	uint64_t values[ARGUMENTS + 1];
	struct parsed p;
	uint32_t count = 0;

	parse(&p, format, wide, print_conversion);
	fetch(&p, list, values);
	for (uint32_t i = 0; i < p.count; i++) {
		const struct conversion *c = &p.conversions[i];
		struct race_format_part part = { .memory = (void *)values[c->argument] };
		int precision = c->precision_argument ? (int)values[c->precision_argument] :
		                                        c->precision;

		if (c->what == 'n') {
			part.kind = RACE_FORMAT_COUNT;
			part.bytes = integer_bytes(c->length);
		} else if (c->what == 's' || c->what == 'S') {
			part.kind = is_wide(c) ? RACE_FORMAT_WIDE_STRING : RACE_FORMAT_STRING;
			part.bytes = precision < 0 ? SIZE_MAX : (size_t)precision;
		} else {
			continue;
		}
		parts[count++] = part;
	}
	return count;
}

static size_t scanned_bytes(const struct conversion *c)
{
	size_t count = c->width < 0 ? 1 : (size_t)c->width;

	switch (c->what) {
	case 'c':
	case 'C':
		return count * (is_wide(c) ? sizeof(wchar_t) : 1);
	case 'p':
		return sizeof(void *);
	default:
		if (is_one_of(c->what, "fFeEgGaA"))
			return c->length == LONG_DOUBLE ? sizeof(long double) :
			       c->length == LONG        ? sizeof(double) :
			                                  sizeof(float);
		return integer_bytes(c->length);
	}
}

uint32_t race_format_scanned(const void *format, bool wide, va_list list,
                             struct race_format_part parts[RACE_FORMAT_MOST])
{
	uint64_t values[ARGUMENTS + 1];
	struct parsed p;

	parse(&p, format, wide, scan_conversion);
	fetch(&p, list, values);
	for (uint32_t i = 0; i < p.count; i++) {
		const struct conversion *c = &p.conversions[i];

		parts[i] = (struct race_format_part){
			.memory = (void *)values[c->argument],
			.allocated = c->allocates,
			.unsure = c->unsure,
			.bytes = scanned_bytes(c),
			.kind = c->what == 'n'            ? RACE_FORMAT_COUNT :
			        !is_one_of(c->what, "sS[") ? RACE_FORMAT_BYTES :
			        is_wide(c)                ? RACE_FORMAT_WIDE_STRING :
			                                    RACE_FORMAT_STRING,
		};
	}
	return p.count;
}

/* ---- measuring ---- */

static bool put(char **out, char *end, const char *text, size_t bytes)
{
	if ((size_t)(end - *out) < bytes)
		return false;
	for (size_t i = 0; i < bytes; i++)
		*(*out)++ = text[i];
	return true;
}

/* What stands between the star and the letter changes nothing but the width. */
static bool put_conversion(char **out, char *end, const struct conversion *c,
                           const char *letter, size_t bytes)
{
	char digits[12];
	size_t at = sizeof(digits);

	if (!put(out, end, "%*", 2))
		return false;
	for (int n = c->width; n > 0; n /= 10)
		digits[--at] = (char)('0' + n % 10);
	return put(out, end, digits + at, sizeof(digits) - at) &&
	       (c->length != LONG || !is_one_of(c->what, "csS[C") || put(out, end, "l", 1)) &&
	       put(out, end, letter, bytes) && put(out, end, "%n", 2);
}

uint32_t race_format_measuring(const char *format, char *out, size_t room)
{
	struct text t = { format, false, 0 };
	char *end = out + room - 1;
	uint32_t count = 0;

	while (now(&t)) {
		struct conversion c = { .width = -1 };
		uint32_t start = t.at;
		struct parsed p = { .count = 0 };
		uint32_t letter;

		if (!skip(&t, '%') || skip(&t, '%')) {
			t.at += t.at == start;
			if (!put(&out, end, format + start, t.at - start))
				return 0;
			continue;
		}
		if (count == RACE_FORMAT_MOST || !scan_conversion(&t, &p, &c))
			return 0;
		if (c.what == 'n')
			continue;
		letter = t.at - 1;
		if (c.what == '[')
			for (letter = start; format[letter] != '['; letter++)
				;
		if (!put_conversion(&out, end, &c, format + letter, t.at - letter))
			return 0;
		count++;
	}
	*out = 0;
	return count;
}
