/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * report_json.c - a gathered race as one line of JSON, for programs. README has the
 * schema. Like report_text.c it looks nothing up.
 */
#include "report.h"

#include "json.h"
#include "platform.h"

const char *race_kind_noun(enum race_kind kind)
{
	static const char *const nouns[] = { "read",	  "write",     "atomic read", "atomic write",
					     "vptr read", "vptr write", "free",	       "allocation" };

	return kind < sizeof(nouns) / sizeof(nouns[0]) ? nouns[kind] : "access";
}

const char *race_location_kind_name(enum race_location_kind kind)
{
	static const char *const names[] = { "unknown", "global", "symbol",
					     "heap",	"stack",  "thread-local",
					     "descriptor" };

	return names[kind];
}

void race_report_json_frames(struct race_text *text, const char *key, const struct race_frames *frames)
{
	race_json_open(text, key, "[");
	for (uint32_t i = 0; i < frames->count; i++) {
		const struct race_frame *frame = &frames->frame[i];

		race_json_open(text, NULL, "{");
		race_json_string(text, "function", frame->function);
		race_json_string(text, "file", frame->file);
		if (frame->line)
			race_json_number(text, "line", frame->line);
		if (frame->column)
			race_json_number(text, "column", frame->column);
		race_json_string(text, "module", frame->module);
		race_json_hex(text, "module_offset", frame->module_offset);
		race_json_close(text, "}");
	}
	race_json_close(text, "]");
}

/* Of what is not known: null. */
static void holds_json(struct race_text *text, const struct race_told_side *told)
{
	if (!told->side->holds.known) {
		race_json_string(text, "locks", NULL);
		return;
	}
	race_json_open(text, "locks", "[");
	for (uint32_t i = 0; i < told->holds; i++) {
		const struct race_told_hold *hold = &told->hold[i];

		race_json_open(text, NULL, "{");
		race_json_string(text, "name", hold->name);
		race_json_hex(text, "address", hold->hold->addr);
		race_json_bool(text, "shared", race_hold_is_shared(hold->hold->kind));
		race_report_json_frames(text, "locked_at", &hold->stack);
		race_json_close(text, "}");
	}
	race_json_close(text, "]");
}

static void thread_json(struct race_text *text, const struct race_told_side *told)
{
	const struct race_thread_facts *thread = &told->side->thread;

	race_json_open(text, "thread", "{");
	race_json_number(text, "number", thread->number);
	race_json_string(text, "name", thread->name[0] ? thread->name : NULL);
	race_json_bool(text, "finished", thread->finished);
	if (thread->number && thread->created_by_us) {
		race_json_number(text, "creator", thread->creator_number);
		race_report_json_frames(text, "created_at", &told->creation);
	}
	race_json_close(text, "}");
}

static void side_json(struct race_text *text, const char *key, const struct race_told_side *told)
{
	const struct race_side *side = told->side;

	race_json_open(text, key, "{");
	race_json_string(text, "kind", race_kind_noun(side->kind));
	race_json_hex(text, "address", side->addr);
	if (side->size)
		race_json_number(text, "size", side->size);
	thread_json(text, told);
	if (side->function)
		race_json_string(text, "libc", side->function);
	race_report_json_frames(text, "stack", &told->stack);
	race_json_bool(text, "stack_complete", !side->stack_lost && !told->stack.cut);
	holds_json(text, told);
	race_json_close(text, "}");
}

static void variable_json(struct race_text *text, const struct race_variable *variable)
{
	race_json_string(text, "expression", variable->expression);
	race_json_string(text, "type", variable->type);
	race_json_string(text, "static_of", *variable->function ? variable->function : NULL);
	race_json_string(text, "file", variable->file);
	race_json_number(text, "line", variable->line);
}

static void block_json(struct race_text *text, const struct race_location *location)
{
	race_json_hex(text, "block", location->block.addr);
	race_json_number(text, "block_size", location->block.bytes);
	race_json_number(text, "offset", location->offset);
	race_json_bool(text, "freed", location->block.freed);
	if (location->block.thread != RACE_BLOCK_UNKNOWN)
		race_json_number(text, "allocated_by", location->block.thread);
	race_report_json_frames(text, "allocated_at", &location->allocation);
}

void race_report_json_location(struct race_text *text, const struct race_location *location)
{
	race_json_open(text, "location", "{");
	race_json_string(text, "kind", race_location_kind_name(location->kind));
	race_json_string(text, "field", *location->field ? location->field : NULL);
	switch (location->kind) {
	case RACE_LOCATION_GLOBAL:
		variable_json(text, &location->variable);
		break;
	case RACE_LOCATION_SYMBOL:
		race_json_string(text, "symbol", location->datum.symbol);
		race_json_number(text, "offset", location->datum.offset);
		race_json_string(text, "module", location->datum.module);
		race_json_hex(text, "module_offset", location->datum.module_offset);
		break;
	case RACE_LOCATION_HEAP:
		block_json(text, location);
		break;
	case RACE_LOCATION_STACK:
	case RACE_LOCATION_TLS:
		race_json_string(text, "variable", *location->object ? location->object : NULL);
		race_json_number(text, "owner", location->owner);
		race_json_string(text, "frame", *location->frame ? location->frame : NULL);
		break;
	case RACE_LOCATION_DESCRIPTOR:
		race_json_number(text, "number", location->descriptor);
		break;
	default:
		break;
	}
	race_json_close(text, "}");
}

void race_report_json(struct race_text *text, const struct race_told *told)
{
	race_json_open(text, NULL, "{");
	race_json_string(text, "type", "race");
	race_json_hex(text, "fingerprint", told->fingerprint);
	race_json_number(text, "pid", (uint64_t)race_sys_getpid());
	side_json(text, "now", &told->now);
	side_json(text, "before", &told->before);
	race_report_json_location(text, &told->location);
	if (told->has_value) {
		race_json_hex(text, "value", told->value);
		race_json_hex(text, "value_later", told->value_later);
	}
	if (told->slept)
		race_report_json_frames(text, "slept_at", &told->sleep);
	race_json_string(text, "advice", *told->advice ? told->advice : NULL);
	race_json_close(text, "}");
	race_text_string(text, "\n");
}

void race_report_json_summary(struct race_text *text, uint64_t found, uint64_t reported)
{
	race_json_open(text, NULL, "{");
	race_json_string(text, "type", "summary");
	race_json_number(text, "pid", (uint64_t)race_sys_getpid());
	race_json_number(text, "found", found);
	race_json_number(text, "reported", reported);
	race_json_close(text, "}");
	race_text_string(text, "\n");
}
