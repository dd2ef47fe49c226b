/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * query.c - the program asks what a report says (query.h). A struct race_report is the
 * struct race_told from which the words were made.
 */
#include "query.h"

#include <fcntl.h>
#include <string.h>

#include "options.h"
#include "platform.h"
#include "race.h"

RACE_EXPORT int __race_report_access(const struct race_report *report, int which,
				     struct race_report_access *access);
RACE_EXPORT int __race_report_frame(const struct race_report *report, int which, unsigned index,
				    struct race_report_frame *frame);
RACE_EXPORT int __race_report_location(const struct race_report *report,
				       struct race_report_location *location);

/* Takes the place of the program's where it has none, so that debuggers find the name. */
RACE_EXPORT __attribute__((weak, noinline)) void race_on_report(const struct race_report *report)
{
	__asm__ volatile("" : : "r"(report));
}

static const struct race_told_side *side_of(const struct race_report *report, int which)
{
	const struct race_told *told = (const struct race_told *)report;

	return which == RACE_REPORT_NOW ? &told->now : which == RACE_REPORT_BEFORE ? &told->before : NULL;
}

int __race_report_access(const struct race_report *report, int which,
			 struct race_report_access *access)
{
	const struct race_told_side *side = side_of(report, which);

	if (!side)
		return 0;
	access->kind = race_kind_noun(side->side->kind);
	access->addr = (const void *)side->side->addr;
	access->size = side->side->size;
	access->thread = side->side->thread.number;
	access->thread_name = side->side->thread.name;
	access->frames = side->stack.count;
	return 1;
}

int __race_report_frame(const struct race_report *report, int which, unsigned index,
			struct race_report_frame *frame)
{
	const struct race_told_side *side = side_of(report, which);
	const struct race_frame *found;

	if (!side || index >= side->stack.count)
		return 0;
	found = &side->stack.frame[index];
	frame->pc = (const void *)found->pc;
	frame->function = found->function;
	frame->file = found->file;
	frame->line = found->line;
	return 1;
}

int __race_report_location(const struct race_report *report,
			   struct race_report_location *location)
{
	const struct race_told *told = (const struct race_told *)report;

	location->kind = race_location_kind_name(told->location.kind);
	location->words = told->location_words;
	return 1;
}

/* ---- stopping ---- */

static bool is_traced(void)
{
	static const char key[] = "TracerPid:\t";
	char status[2048], *found;
	long fd = race_sys_open("/proc/thread-self/status", O_RDONLY | O_CLOEXEC, 0), got;

	if (fd < 0)
		return false;
	got = race_sys_read((int)fd, status, sizeof(status) - 1);
	race_sys_close((int)fd);
	status[got > 0 ? got : 0] = 0;
	found = strstr(status, key);
	return found && found[sizeof(key) - 1] != '0';
}

void race_query_report(const struct race_told *told)
{
	race_on_report((const struct race_report *)told);
	if (!strcmp(race_options.on_report, "stop") && is_traced())
		__asm__ volatile("int3");
}
