/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * report_text.c - a gathered race in the words of Go's race detector. It looks nothing
 * up but source lines: what is not in struct race_told is not said.
 */
#include "report.h"

#include <string.h>

#include "frames_text.h"
#include "location_text.h"
#include "site.h"
#include "value_text.h"

static const char *kind_name(enum race_kind kind)
{
	switch (kind) {
#define RACE_KIND(name, value, text) \
	case RACE_##name:            \
		return text;
#include "race_hooks.def"
	}
	return "Access";
}

/* "Write" or "Previous write". A descriptor is used and closed as memory is read and written. */
static void kind_print(struct race_text *text, const struct race_told *told, enum race_kind kind,
		       bool previous)
{
	bool is_descriptor = told->location.kind == RACE_LOCATION_DESCRIPTOR;
	const char *name = !is_descriptor ? kind_name(kind) : race_kind_is_write(kind) ? "Close" : "Use";
	char first = *name;

	if (previous) {
		race_text_string(text, "Previous ");
		first = (char)(first - 'A' + 'a');
	}
	race_text_bytes(text, &first, 1);
	race_text_string(text, name + 1);
}

/* " of size 8"; a block freed or allocated is known by its address. */
static void extent_print(struct race_text *text, const struct race_told *told,
			 const struct race_side *side)
{
	if (told->location.kind == RACE_LOCATION_DESCRIPTOR) {
		race_text_string(text, " of ");
		race_location_text(text, &told->location, false);
		return;
	}
	switch (side->kind) {
	case RACE_VPTR_READ:
	case RACE_VPTR_WRITE:
		break;
	case RACE_FREE:
	case RACE_ALLOC:
		race_text_string(text, " of memory");
		break;
	default:
		if (!side->size) /* only the run knew */
			break;
		race_text_string(text, " of size ");
		race_text_decimal(text, side->size);
	}
}

/* " T2 'name'" */
static void number_print(struct race_text *text, const struct race_thread_facts *thread)
{
	race_text_string(text, " T");
	race_text_decimal(text, thread->number);
	if (thread->name[0]) {
		race_text_string(text, " '");
		race_text_string(text, thread->name);
		race_text_string(text, "'");
	}
}

/* "main thread" or "thread T2 'name'" */
static void thread_print(struct race_text *text, const struct race_thread_facts *thread)
{
	race_text_string(text, thread->number ? "thread" : "main thread");
	if (thread->number)
		number_print(text, thread);
}

static void lost_print(struct race_text *text, uint32_t history_wanted)
{
	race_text_string(text, "  (the rest of this stack is gone from history");
	if (history_wanted) {
		race_text_string(text, "; RACE_OPTIONS=history_size=");
		race_text_decimal(text, history_wanted);
		race_text_string(text, " keeps more");
	}
	race_text_string(text, ")\n");
}

static void holds_print(struct race_text *text, const struct race_told_side *side)
{
	for (uint32_t i = 0; i < side->holds; i++) {
		const struct race_told_hold *hold = &side->hold[i];

		race_text_string(text, "Holding ");
		race_text_string(text, hold->name);
		race_text_string(text, race_hold_is_shared(hold->hold->kind) ? " for reading" : "");
		if (hold->stack.count) {
			race_text_string(text, ", locked at:\n");
			race_frames_text(text, &hold->stack, false);
		} else {
			race_text_string(text, " (where it was locked is gone from history)\n");
		}
	}
}

/*
 * "Value before this write: 41 (0x29), then 42 (0x2a) while this was told". An atomic write
 * has been made when its report is.
 */
static void value_print(struct race_text *text, const struct race_told *told)
{
	const struct race_side *now = told->now.side;

	if (!told->has_value)
		return;
	race_text_string(text, now->kind == RACE_ATOMIC_WRITE  ? "Value at this address: " :
			       race_kind_is_write(now->kind) ? "Value before this write: " :
							       "Value read: ");
	race_value_text(text, told, told->value);
	if (told->value_later != told->value) {
		race_text_string(text, ", then ");
		race_value_text(text, told, told->value_later);
		race_text_string(text, " while this was told");
	}
	race_text_string(text, "\n");
}

static void sleep_print(struct race_text *text, const struct race_told *told)
{
	if (!told->slept)
		return;
	race_text_string(text, "As if synchronised by sleep, which orders nothing, at:\n");
	race_frames_text(text, &told->sleep, false);
}

static void advice_print(struct race_text *text, const struct race_told *told)
{
	if (!*told->advice)
		return;
	race_text_string(text, "Advice: ");
	race_text_string(text, told->advice);
	race_text_string(text, "\n");
}

/* ---- colours ---- */

#define RED "\033[1;31m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static void color(struct race_text *text, const struct race_told *told, const char *code)
{
	if (told->colors)
		race_text_string(text, code);
}

void race_report_text_access(struct race_text *text, const struct race_told *told,
			     const struct race_told_side *told_side)
{
	const struct race_side *side = told_side->side;

	kind_print(text, told, side->kind, told_side == &told->before);
	extent_print(text, told, side);
	race_text_string(text, " by ");
	thread_print(text, &side->thread);
}

static void access_print(struct race_text *text, const struct race_told *told,
			 const struct race_told_side *told_side)
{
	const struct race_side *side = told_side->side;
	bool previous = told_side == &told->before;

	color(text, told, BOLD);
	kind_print(text, told, side->kind, previous);
	extent_print(text, told, side);
	if (told->location.kind != RACE_LOCATION_DESCRIPTOR) {
		race_text_string(text, " at ");
		race_text_hex(text, side->addr);
	}
	race_text_string(text, " by ");
	thread_print(text, &side->thread);
	race_text_string(text, ":");
	color(text, told, PLAIN);
	race_text_string(text, "\n");
	if (side->function) {
		race_text_string(text, "  ");
		race_text_string(text, side->function);
		race_text_string(text, "\n      <libc>\n");
	}
	race_frames_text(text, &told_side->stack, told->snippets);
	if (previous && side->stack_lost)
		lost_print(text, told->history_wanted);
	holds_print(text, told_side);
}

static void creation_print(struct race_text *text, const struct race_told_side *told_side)
{
	const struct race_thread_facts *thread = &told_side->side->thread;

	if (!thread->number)
		return;
	race_text_string(text, "Thread");
	number_print(text, thread);
	race_text_string(text, thread->finished ? " (finished) " : " (running) ");
	if (!thread->created_by_us) {
		race_text_string(text, "was not seen being created\n");
		return;
	}
	race_text_string(text, "created ");
	if (thread->creator_number) {
		race_text_string(text, "by thread T");
		race_text_decimal(text, thread->creator_number);
		race_text_string(text, " ");
	}
	race_text_string(text, "at:\n");
	race_frames_text(text, &told_side->creation, false);
}

void race_report_text_location(struct race_text *text, const struct race_told *told)
{
	if (told->location.kind == RACE_LOCATION_UNKNOWN && !*told->location.field)
		return;
	race_text_string(text, "Location: ");
	race_location_text(text, &told->location,
			   told->now.side->kind == RACE_FREE || told->before.side->kind == RACE_FREE);
}

static void location_print(struct race_text *text, const struct race_told *told)
{
	size_t before;

	color(text, told, BOLD);
	before = text->used;
	race_report_text_location(text, told);
	color(text, told, PLAIN);
	if (text->used == before + (told->colors ? strlen(PLAIN) : 0))
		return;
	race_text_string(text, told->location.allocation.count ? " at:\n" : "\n");
	race_frames_text(text, &told->location.allocation, false);
}

void race_report_text(struct race_text *text, const struct race_told *told)
{
	race_text_string(text, "==================\n");
	color(text, told, RED);
	race_text_string(text, "WARNING: DATA RACE");
	color(text, told, PLAIN);
	race_text_string(text, "\n");
	access_print(text, told, &told->now);
	access_print(text, told, &told->before);
	value_print(text, told);
	location_print(text, told);
	creation_print(text, &told->now);
	creation_print(text, &told->before);
	sleep_print(text, told);
	advice_print(text, told);
	race_text_string(text, "==================\n");
}
