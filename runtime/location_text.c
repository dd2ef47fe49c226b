/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * location_text.c - what was raced on, in the words of a report (location_text.h).
 */
#include "location_text.h"

#include "brief.h"

static void part_print(struct race_text *text, const char *part)
{
	if (*part) {
		race_brief_words(text, part);
		race_text_string(text, ", ");
	}
}

static void owner_print(struct race_text *text, uint32_t number)
{
	if (!number) {
		race_text_string(text, "main thread");
		return;
	}
	race_text_string(text, "thread T");
	race_text_decimal(text, number);
}

/* "table[2].hits (long), field 'hits' of struct entry, global at /src/app.c:12" */
static void variable_print(struct race_text *text, const struct race_variable *variable)
{
	race_brief_words(text, variable->expression);
	race_text_string(text, " (");
	race_brief_words(text, variable->type);
	race_text_string(text, "), ");
	part_print(text, variable->field);
	if (*variable->function) {
		race_text_string(text, "static of ");
		race_brief_function(text, variable->function);
		race_text_string(text, "()");
	} else {
		race_text_string(text, "global");
	}
	race_text_string(text, " at ");
	race_text_string(text, variable->file);
	race_text_string(text, ":");
	race_text_decimal(text, variable->line);
}

/* "counter+0x4, in /src/app" */
static void datum_print(struct race_text *text, const struct race_datum *datum)
{
	if (datum->symbol) {
		race_brief_words(text, datum->symbol);
		if (datum->offset) {
			race_text_string(text, "+");
			race_text_hex(text, datum->offset);
		}
		race_text_string(text, ", ");
	}
	race_text_string(text, "in ");
	race_text_string(text, datum->module ? datum->module : "?");
	race_text_string(text, "+");
	race_text_hex(text, datum->module_offset);
}

/* "8 bytes into a heap block of size 24, allocated by thread T1 at:" */
static void block_print(struct race_text *text, const struct race_location *location, bool tells_free)
{
	const struct race_block *block = &location->block;

	race_text_decimal(text, location->offset);
	race_text_string(text, " bytes into a heap block of size ");
	race_text_decimal(text, block->bytes);
	race_text_string(text, block->freed && !tells_free ? ", freed since" : "");
	if (block->thread != RACE_BLOCK_UNKNOWN) {
		race_text_string(text, ", allocated by ");
		owner_print(text, block->thread);
	}
}

void race_location_text(struct race_text *text, const struct race_location *location, bool tells_free)
{
	if (location->kind != RACE_LOCATION_GLOBAL && location->kind != RACE_LOCATION_UNKNOWN)
		part_print(text, location->field);
	switch (location->kind) {
	case RACE_LOCATION_GLOBAL:
		variable_print(text, &location->variable);
		break;
	case RACE_LOCATION_SYMBOL:
		datum_print(text, &location->datum);
		break;
	case RACE_LOCATION_HEAP:
		block_print(text, location, tells_free);
		break;
	case RACE_LOCATION_STACK:
	case RACE_LOCATION_TLS:
		part_print(text, location->object);
		race_text_string(text, location->kind == RACE_LOCATION_STACK ?
					       "on the stack of " :
					       "thread-local memory of ");
		owner_print(text, location->owner);
		if (location->kind == RACE_LOCATION_STACK && !*location->object && *location->frame) {
			race_text_string(text, ", in the frame of ");
			race_brief_function(text, location->frame);
		}
		break;
	case RACE_LOCATION_DESCRIPTOR:
		race_text_string(text, "file descriptor ");
		race_text_decimal(text, location->descriptor);
		break;
	default:
		race_brief_words(text, location->field);
	}
}
