/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dump_json.c - a dump as one line of JSON (dump.h). README has the schema.
 */
#include "dump.h"

#include "json.h"
#include "report.h"

static void thread_json(struct race_text *text, uint32_t number, const char *name)
{
	race_json_number(text, "number", number);
	race_json_string(text, "name", *name ? name : NULL);
}

static void lock_json(struct race_text *text, const char *key, const struct race_told_lock *lock,
		      bool taken)
{
	race_json_open(text, key, "{");
	race_json_string(text, "kind", lock->kind);
	race_json_hex(text, "address", lock->addr);
	race_report_json_location(text, &lock->location);
	if (taken)
		race_report_json_frames(text, "taken_at", &lock->taken);
	race_json_close(text, "}");
}

static void begin(struct race_text *text, const struct race_dump_head *head)
{
	race_json_open(text, NULL, "{");
	race_json_string(text, "type", "dump");
	race_json_number(text, "pid", (uint64_t)head->pid);
	race_json_number(text, "signal", (uint64_t)head->signal);
	race_json_open(text, "threads", "[");
}

static void thread(struct race_text *text, const struct race_told_thread *told)
{
	race_json_open(text, NULL, "{");
	race_json_bool(text, "known", told->known);
	thread_json(text, told->facts.number, told->facts.name);
	race_json_number(text, "kernel_tid", (uint64_t)told->kernel_tid);
	race_json_string(text, "state", told->state);
	if (told->since_known)
		race_json_number(text, "milliseconds", told->ms);
	race_json_string(text, "libc", told->call);
	race_report_json_frames(text, "stack", &told->stack);
	if (told->waits)
		lock_json(text, "waits_for", &told->wanted, false);
	race_json_open(text, "held_by", "[");
	for (uint32_t i = 0; i < told->holders; i++) {
		race_json_open(text, NULL, "{");
		thread_json(text, told->holder[i].number, told->holder[i].name);
		race_json_bool(text, "finished", told->holder[i].finished);
		race_report_json_frames(text, "taken_at", &told->holder[i].taken);
		race_json_close(text, "}");
	}
	race_json_close(text, "]");
	race_json_open(text, "holds", "[");
	for (uint32_t i = 0; i < told->locks; i++)
		lock_json(text, NULL, &told->lock[i], true);
	race_json_close(text, "]");
	race_report_json_frames(text, "created_at", &told->creation);
	race_json_close(text, "}");
}

static void circles(struct race_text *text)
{
	race_json_close(text, "]");
	race_json_open(text, "deadlocks", "[");
}

static void circle(struct race_text *text, const struct race_told_circle *told)
{
	race_json_open(text, NULL, "[");
	for (uint32_t i = 0; i < told->count; i++) {
		race_json_open(text, NULL, "{");
		thread_json(text, told->at[i].number, told->at[i].name);
		race_json_string(text, "waits_for", told->at[i].kind);
		race_json_hex(text, "address", told->at[i].addr);
		race_json_close(text, "}");
	}
	race_json_close(text, "]");
}

static void end(struct race_text *text)
{
	race_json_close(text, "]");
	race_json_close(text, "}");
	race_text_string(text, "\n");
}

const struct race_dump_writer race_dump_json = { begin, thread, circles, circle, end };
