/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * suppress.c - reads and matches suppressions (suppress.h), one a line:
 *
 *     race:PATTERN               a function, file or module of either stack, or the variable
 *     race_top:PATTERN           the same of the innermost frames alone
 *     called_from_lib:PATTERN    a module that made the access, or called what made it
 *     deadlock: mutex: thread:   the same for deadlocks, misuse of locks, threads never joined;
 *                                orders of locks by either of the first two
 *     signal:                    the same for handlers that do what they must not
 *
 * A pattern is found anywhere in the name; ^ and $ tie it to the ends, * is anything.
 */
#include "suppress.h"

#include <fcntl.h>
#include <string.h>

#include "alloc.h"
#include "options.h"
#include "platform.h"

const char *race_default_suppressions(void) __attribute__((weak));

enum kind { RACE, RACE_TOP, CALLED_FROM_LIB, DEADLOCK, MUTEX, THREAD, SIGNAL };

static const struct {
	const char *name;
	enum kind kind;
} kinds[] = {
	{ "race", RACE },     { "race_top", RACE_TOP }, { "called_from_lib", CALLED_FROM_LIB },
	{ "thread", THREAD }, { "mutex", MUTEX },       { "signal", SIGNAL },
	{ "deadlock", DEADLOCK },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct suppression {
	struct suppression *next;
	enum kind kind;
	uint64_t used;
	uint32_t kind_length;
	char text[]; /* "race:" and the pattern */
};

static struct suppression *first, **last = &first;

/* ---- reading ---- */

__attribute__((noreturn)) static void die(const char *source, uint64_t line, const char *why)
{
	race_die(1, source, ":", race_number(line).text, ": ", why);
}

static void line_read(const char *source, uint64_t number, const char *line, size_t length)
{
	const char *colon = memchr(line, ':', length);
	size_t kind = 0, name = colon ? (size_t)(colon - line) : 0;
	struct suppression *made;

	while (kind < KINDS && (strlen(kinds[kind].name) != name ||
				strncmp(kinds[kind].name, line, name)))
		kind++;
	if (kind == KINDS)
		die(source, number, "no suppression: a line is KIND:PATTERN; kinds are race, "
				    "race_top, called_from_lib, thread, mutex, signal, deadlock");
	if (name + 1 == length)
		die(source, number, "the pattern is missing");
	made = race_alloc(sizeof(*made) + length + 1);
	made->kind = kinds[kind].kind;
	made->kind_length = (uint32_t)name + 1;
	memcpy(made->text, line, length);
	*last = made;
	last = &made->next;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

void race_suppress_parse(const char *source, const char *words)
{
	for (uint64_t number = 1; *words; number++) {
		const char *end = strchr(words, '\n');
		const char *next = end ? end + 1 : words + strlen(words);

		end = end ? end : next;
		while (words < end && is_blank(*words))
			words++;
		while (words < end && is_blank(end[-1]))
			end--;
		if (words < end && *words != '#')
			line_read(source, number, words, (size_t)(end - words));
		words = next;
	}
}

static void file_read(const char *path)
{
	struct race_text words = { 0 };
	char part[4096];
	long fd = race_sys_open(path, O_RDONLY | O_CLOEXEC, 0), got = fd;

	while (fd >= 0 && (got = race_sys_read((int)fd, part, sizeof(part))) > 0)
		race_text_bytes(&words, part, (size_t)got);
	if (got < 0)
		race_die(1, "RACE_OPTIONS: suppressions: cannot read ", path, " (errno ",
			 race_number((uint64_t)-got).text, ")");
	race_sys_close((int)fd);
	race_text_bytes(&words, "", 1);
	race_suppress_parse(path, words.data);
	race_text_free(&words);
}

void race_suppress_init(void)
{
	if (race_default_suppressions)
		race_suppress_parse("race_default_suppressions()", race_default_suppressions());
	if (*race_options.suppressions)
		file_read(race_options.suppressions);
}

/* ---- matching ---- */

/* Does the pattern, up to its end or a $, fit at the start of `name`? */
static bool fits_here(const char *pattern, const char *name)
{
	for (; *pattern && *pattern != '*'; pattern++, name++) {
		if (*pattern == '$' && !pattern[1])
			return !*name;
		if (*pattern != *name)
			return false;
	}
	if (!*pattern)
		return true;
	while (*pattern == '*')
		pattern++;
	for (;; name++) {
		if (fits_here(pattern, name))
			return true;
		if (!*name)
			return false;
	}
}

static bool fits(const char *pattern, const char *name)
{
	if (!name)
		return false;
	if (*pattern == '^')
		return fits_here(pattern + 1, name);
	for (;; name++) {
		if (fits_here(pattern, name))
			return true;
		if (!*name)
			return false;
	}
}

static bool fits_frame(const char *pattern, const struct race_frame *frame)
{
	return fits(pattern, frame->function) || fits(pattern, frame->symbol) ||
	       fits(pattern, frame->file) || fits(pattern, frame->module);
}

static bool fits_stack(const char *pattern, const struct race_frames *stack, uint32_t frames)
{
	for (uint32_t i = 0; i < stack->count && i < frames; i++)
		if (fits_frame(pattern, &stack->frame[i]))
			return true;
	return false;
}

static bool fits_library(const char *pattern, const struct race_frames *stack)
{
	for (uint32_t i = 0; i < stack->count && i < 2; i++)
		if (fits(pattern, stack->frame[i].module))
			return true;
	return false;
}

static bool fits_location(const char *pattern, const struct race_location *location)
{
	if (location->kind == RACE_LOCATION_GLOBAL)
		return fits(pattern, location->variable.expression) ||
		       fits(pattern, location->variable.file);
	return location->kind == RACE_LOCATION_SYMBOL && fits(pattern, location->datum.symbol);
}

static bool matches(const struct suppression *s, const struct race_told *told)
{
	const char *pattern = s->text + s->kind_length;
	const struct race_frames *now = &told->now.stack, *before = &told->before.stack;

	switch (s->kind) {
	case RACE:
		return fits(pattern, told->now.side->function) ||
		       fits(pattern, told->before.side->function) ||
		       fits_stack(pattern, now, UINT32_MAX) ||
		       fits_stack(pattern, before, UINT32_MAX) ||
		       fits_location(pattern, &told->location);
	case RACE_TOP:
		return fits_stack(pattern, now, 1) || fits_stack(pattern, before, 1);
	case CALLED_FROM_LIB:
		return fits_library(pattern, now) || fits_library(pattern, before);
	default:
		return false;
	}
}

bool race_suppress_match(const struct race_told *told)
{
	for (struct suppression *s = first; s; s = s->next)
		if (matches(s, told)) {
			s->used++;
			return true;
		}
	return false;
}

static bool fits_finding(const char *pattern, const struct race_told_finding *told)
{
	for (uint32_t i = 0; i < told->count; i++)
		if (fits_stack(pattern, &told->section[i].stack, UINT32_MAX) ||
		    fits(pattern, told->section[i].heading))
			return true;
	return false;
}

bool race_suppress_finding(const struct race_told_finding *told)
{
	static const enum kind wanted[] = { DEADLOCK, MUTEX, THREAD, DEADLOCK, SIGNAL };

	for (struct suppression *s = first; s; s = s->next)
		if ((s->kind == wanted[told->rule] || (told->rule == RACE_RULE_ORDER && s->kind == MUTEX)) &&
		    fits_finding(s->text + s->kind_length, told)) {
			s->used++;
			return true;
		}
	return false;
}

void race_suppress_print(struct race_text *text)
{
	for (const struct suppression *s = first; s; s = s->next) {
		race_text_string(text, "librace: suppression ");
		race_text_string(text, s->text);
		if (s->used) {
			race_text_string(text, " hid ");
			race_text_decimal(text, s->used);
			race_text_string(text, " race(s)\n");
		} else {
			race_text_string(text, " was not used\n");
		}
	}
}
