/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * report_text.c - a gathered race in the words of Go's race detector. It looks nothing
 * up: what is not in struct race_told is not said.
 */
#include "report.h"

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

/* "Write" or "Previous write". */
static void kind_print(struct race_text *text, enum race_kind kind, bool previous)
{
	const char *name = kind_name(kind);
	char first = *name;

	if (previous) {
		race_text_string(text, "Previous ");
		first = (char)(first - 'A' + 'a');
	}
	race_text_bytes(text, &first, 1);
	race_text_string(text, name + 1);
}

/* " of size 8"; a block freed or allocated is known by its address. */
static void extent_print(struct race_text *text, const struct race_side *side)
{
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

static void frame_print(struct race_text *text, const struct race_frame *frame)
{
	race_text_string(text, "  ");
	race_text_string(text, frame->function);
	race_text_string(text, "\n      ");
	if (frame->file) {
		race_text_string(text, frame->file);
		/* Code that the compiler merged from several lines has none. */
		if (frame->line) {
			race_text_string(text, ":");
			race_text_decimal(text, frame->line);
		}
		if (frame->offset) {
			race_text_string(text, " +");
			race_text_hex(text, frame->offset);
		}
	} else {
		if (frame->module) {
			race_text_string(text, frame->module);
			race_text_string(text, "+");
		}
		race_text_hex(text, frame->module_offset);
	}
	race_text_string(text, "\n");
}

static void frames_print(struct race_text *text, const struct race_frames *frames)
{
	for (uint32_t i = 0; i < frames->count; i++)
		frame_print(text, &frames->frame[i]);
	if (frames->cut)
		race_text_string(text, "  ...\n");
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

static void access_print(struct race_text *text, const struct race_told *told,
			 const struct race_told_side *told_side)
{
	const struct race_side *side = told_side->side;
	bool previous = told_side == &told->before;

	kind_print(text, side->kind, previous);
	extent_print(text, side);
	race_text_string(text, " at ");
	race_text_hex(text, side->addr);
	race_text_string(text, " by ");
	thread_print(text, &side->thread);
	race_text_string(text, ":\n");
	if (side->function) {
		race_text_string(text, "  ");
		race_text_string(text, side->function);
		race_text_string(text, "\n      <libc>\n");
	}
	frames_print(text, &told_side->stack);
	if (previous && side->stack_lost)
		lost_print(text, told->history_wanted);
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
	frames_print(text, &told_side->creation);
}

void race_report_text(struct race_text *text, const struct race_told *told)
{
	race_text_string(text, "==================\nWARNING: DATA RACE\n");
	access_print(text, told, &told->now);
	access_print(text, told, &told->before);
	creation_print(text, &told->now);
	creation_print(text, &told->before);
	race_text_string(text, "==================\n");
}
