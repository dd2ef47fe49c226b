/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dump_text.c - a dump in words (dump.h); it looks nothing up.
 */
#include "dump.h"

#include "frames_text.h"
#include "location_text.h"
#include "report.h"

static void name_print(struct race_text *text, const char *name)
{
	if (!*name)
		return;
	race_text_string(text, " '");
	race_text_string(text, name);
	race_text_string(text, "'");
}

/* "main thread", "thread T2 'name'", with the first letter as asked. */
static void thread_print(struct race_text *text, const char *first, uint32_t number, const char *name)
{
	race_text_string(text, first);
	race_text_string(text, number ? "hread T" : "ain thread");
	if (number)
		race_text_decimal(text, number);
	name_print(text, name);
}

static void thread_name(struct race_text *text, const struct race_told_thread *told)
{
	if (told->known) {
		thread_print(text, told->facts.number ? "T" : "M", told->facts.number, told->facts.name);
		return;
	}
	race_text_string(text, "Unseen thread");
	name_print(text, told->facts.name);
}

static void duration_print(struct race_text *text, uint64_t ms)
{
	race_text_string(text, ", ");
	if (ms < 1000) {
		race_text_decimal(text, ms);
		race_text_string(text, " ms");
	} else if (ms < 600000) {
		race_text_decimal(text, ms / 1000);
		race_text_string(text, " s");
	} else {
		race_text_decimal(text, ms / 60000);
		race_text_string(text, " minutes");
	}
}

/* "mutex bank.lock, global at f.c:3", or by its address. */
void race_dump_text_lock(struct race_text *text, const struct race_told_lock *lock)
{
	const struct race_variable *variable = &lock->location.variable;

	race_text_string(text, lock->kind);
	race_text_string(text, " ");
	if (lock->location.kind == RACE_LOCATION_GLOBAL) {
		race_text_string(text, variable->expression);
		race_text_string(text, *variable->function ? ", static of " : ", global at ");
		race_text_string(text, variable->function);
		race_text_string(text, *variable->function ? "() at " : "");
		race_text_string(text, variable->file);
		race_text_string(text, ":");
		race_text_decimal(text, variable->line);
		return;
	}
	race_text_hex(text, lock->addr);
	if (lock->location.kind != RACE_LOCATION_UNKNOWN) {
		race_text_string(text, ", ");
		race_location_text(text, &lock->location, false);
	}
}

static void taken_print(struct race_text *text, const struct race_frames *taken)
{
	race_text_string(text, taken->count ? ", taken at:\n" : "\n");
	race_frames_text(text, taken, false);
}

void race_dump_text_holder(struct race_text *text, const struct race_told_holder *holder)
{
	race_text_string(text, "Held by ");
	thread_print(text, holder->number ? "t" : "m", holder->number, holder->name);
	race_text_string(text, holder->finished ? ", which has ended" : "");
}

static void wanted_print(struct race_text *text, const struct race_told_thread *told)
{
	if (!told->waits)
		return;
	race_text_string(text, "Waits for ");
	race_dump_text_lock(text, &told->wanted);
	race_text_string(text, told->wanted.location.allocation.count ? " at:\n" : "\n");
	race_frames_text(text, &told->wanted.location.allocation, false);
	for (uint32_t i = 0; i < told->holders; i++) {
		race_dump_text_holder(text, &told->holder[i]);
		taken_print(text, &told->holder[i].taken);
	}
}

static void begin(struct race_text *text, const struct race_dump_head *head)
{
	race_text_string(text, "==================\nTHREAD DUMP: ");
	race_text_decimal(text, head->threads);
	race_text_string(text, " thread(s)");
	if (head->signal) {
		race_text_string(text, ", asked for by signal ");
		race_text_decimal(text, (uint64_t)head->signal);
	}
	race_text_string(text, "\n");
}

void race_dump_text_title(struct race_text *text, const struct race_told_thread *told)
{
	thread_name(text, told);
	race_text_string(text, " [");
	race_text_string(text, told->state);
	if (told->since_known)
		duration_print(text, told->ms);
	race_text_string(text, "]");
}

static void thread(struct race_text *text, const struct race_told_thread *told)
{
	race_dump_text_title(text, told);
	race_text_string(text, ":\n");
	if (told->call) {
		race_text_string(text, "  ");
		race_text_string(text, told->call);
		race_text_string(text, "()\n      <libc>\n");
	}
	race_frames_text(text, &told->stack, false);
	wanted_print(text, told);
	for (uint32_t i = 0; i < told->locks; i++) {
		race_text_string(text, "Holds ");
		race_dump_text_lock(text, &told->lock[i]);
		taken_print(text, &told->lock[i].taken);
	}
	if (told->more_locks)
		race_text_string(text, "and holds more\n");
	if (told->creation.count) {
		race_text_string(text, "Created ");
		if (told->facts.creator_number) {
			race_text_string(text, "by thread T");
			race_text_decimal(text, told->facts.creator_number);
			race_text_string(text, " ");
		}
		race_text_string(text, "at:\n");
		race_frames_text(text, &told->creation, false);
	}
	race_text_string(text, "\n");
}

void race_dump_text_circle(struct race_text *text, const struct race_told_circle *told)
{
	for (uint32_t i = 0; i < told->count; i++) {
		uint32_t next = (i + 1) % told->count;

		race_text_string(text, i ? "; " : "");
		thread_print(text, told->at[i].number ? "t" : "m", told->at[i].number, told->at[i].name);
		race_text_string(text, " waits for the ");
		race_text_string(text, told->at[i].kind);
		if (told->at[i].addr) {
			race_text_string(text, " ");
			race_text_hex(text, told->at[i].addr);
			race_text_string(text, " of ");
		} else {
			race_text_string(text, " of ");
		}
		thread_print(text, told->at[next].number ? "t" : "m", told->at[next].number,
			     told->at[next].name);
	}
}

static void circles(struct race_text *text)
{
	(void)text;
}

static void circle(struct race_text *text, const struct race_told_circle *told)
{
	race_text_string(text, "DEADLOCK: ");
	race_dump_text_circle(text, told);
	race_text_string(text, "\n");
}

static void end(struct race_text *text)
{
	race_text_string(text, "==================\n");
}

const struct race_dump_writer race_dump_text = { begin, thread, circles, circle, end };
