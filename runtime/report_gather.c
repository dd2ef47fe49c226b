/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * report_gather.c - all that a report says of a race, looked up: the names in its stacks,
 * which end where the user's code ends, the locks, what was raced on, the advice. The
 * caller holds the report lock.
 */
#include "report.h"

#include <string.h>

#include "advice.h"
#include "fingerprint.h"
#include "lock_name.h"
#include "log.h"
#include "options.h"
#include "platform.h"
#include "site.h"

/* Code that runs outside of main and of thread functions: intercept_thread.c's, and the
 * start code of libraries (by its names in a static program). */
static bool starts_programs(const struct race_frame *frame)
{
	static const char *const modules[] = { "libc.so", "libc-", "libpthread", "ld-linux",
					       "libstdc++.so", "libc++.so" };
	static const char *const symbols[] = { "pthread_trampoline", "thrd_trampoline",
					       "_start", "start_thread", "clone", "__clone",
					       "clone3", "__clone3", "__libc_start_main",
					       "__libc_start_main_impl",
					       "__libc_start_call_main" };
	const char *module = frame->module ? race_basename(frame->module) : "";

	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		if (!strncmp(module, modules[i], strlen(modules[i])))
			return true;
	for (size_t i = 0; frame->symbol && i < sizeof(symbols) / sizeof(symbols[0]); i++)
		if (!strcmp(frame->symbol, symbols[i]))
			return true;
	return false;
}

/* Frame i is libc's function that calls main. Its own name is known only where libc's debug
 * files are installed; that of its caller, which is exported, always is. */
static bool calls_main(const struct race_frames *frames, uint32_t i)
{
	const struct race_frame *frame = &frames->frame[i];
	const char *caller = i + 1 < frames->count ? frame[1].symbol : NULL;

	if (frame->symbol)
		return !strncmp(frame->symbol, "__libc_start_", strlen("__libc_start_"));
	return caller && !strncmp(caller, "__libc_start_main", strlen("__libc_start_main")) &&
	       starts_programs(frame);
}

/* Ends the stack at main, which has no name in a stripped program, or at the thread's
 * function. */
void race_report_trim(struct race_frames *frames)
{
	for (uint32_t i = 0; i < frames->count; i++) {
		const char *symbol = frames->frame[i].symbol;
		bool is_main = symbol && !strcmp(symbol, "main");

		if (is_main || (i && calls_main(frames, i))) {
			frames->count = i + is_main;
			frames->cut = false;
			return;
		}
	}
	if (frames->cut)
		return;
	while (frames->count > 1 && starts_programs(&frames->frame[frames->count - 1]))
		frames->count--;
}

/* A recursive lock is told as it was first taken. */
static bool told_already(const struct race_told_side *side, uint64_t addr)
{
	for (uint32_t i = 0; i < side->holds; i++)
		if (side->hold[i].hold->addr == addr)
			return true;
	return false;
}

static void holds_gather(const struct race_holds *holds, struct race_told_side *out,
			 struct race_names *names)
{
	static struct race_stack stack;

	out->holds = 0;
	for (uint32_t i = 0; holds->known && i < holds->count; i++) {
		struct race_told_hold *hold = &out->hold[out->holds];

		if (told_already(out, holds->hold[i].addr))
			continue;
		hold->hold = &holds->hold[i];
		hold->name = race_lock_name(hold->hold, names);
		race_hold_stack(hold->hold, &stack);
		race_symbolize(&stack, &hold->stack, names);
		race_report_trim(&hold->stack);
		out->holds++;
	}
}

static void side_gather(const struct race_side *side, struct race_told_side *out,
			struct race_names *names)
{
	out->side = side;
	race_symbolize(&side->stack, &out->stack, names);
	race_report_trim(&out->stack);
	if (out->stack.count && out->stack.frame[0].line)
		out->stack.frame[0].column = side->column;
	out->creation.count = 0;
	if (side->thread.number && side->thread.created_by_us) {
		race_symbolize(&side->thread.creation, &out->creation, names);
		race_report_trim(&out->creation);
	}
	holds_gather(&side->holds, out, names);
}

/* The narrower access says best which field was meant; frees have no size of theirs. */
static void location_gather(const struct race_race *race, struct race_told *told)
{
	bool narrower = race->before.size && (!race->now.size || race->before.size < race->now.size);
	const struct race_side *first = narrower ? &race->before : &race->now;
	const struct race_side *second = narrower ? &race->now : &race->before;

	race_location_find(first->addr, first->size, first->site, second->site, &told->location,
			   &told->names);
	race_report_trim(&told->location.allocation);
}

static uint64_t side_fingerprint(const struct race_told_side *told_side)
{
	const struct race_side *side = told_side->side;

	return race_fingerprint(side->kind, side->size, side->function, &told_side->stack);
}

bool race_value_read(const struct race_side *now, uint64_t *value)
{
	*value = 0;
	return (now->kind == RACE_READ || now->kind == RACE_WRITE || race_kind_is_atomic(now->kind)) &&
	       !now->function && now->size && now->size <= 8 && !(now->size & (now->size - 1)) &&
	       race_sys_peek(now->addr, value, now->size);
}

/* "always", "never", or as the log is a terminal. */
static bool wanted(const char *choice)
{
	return !strcmp(choice, "always") || (!strcmp(choice, "auto") && race_log_is_terminal());
}

static void location_words_gather(struct race_told *told)
{
	struct race_text line = { 0 };

	race_report_text_location(&line, told);
	told->location_words = race_names_begin(&told->names);
	if (line.used > strlen("Location: "))
		race_names_add(&told->names, line.data + strlen("Location: "),
			       line.used - strlen("Location: "));
	race_names_end(&told->names);
	race_text_free(&line);
}

void race_report_gather(const struct race_race *race, struct race_told *told)
{
	told->names.used = 0;
	told->colors = wanted(race_options.color);
	told->snippets = wanted(race_options.snippets);
	told->history_wanted = race_options.history_size < 7 ? race_options.history_size + 1 : 0;
	side_gather(&race->now, &told->now, &told->names);
	side_gather(&race->before, &told->before, &told->names);
	location_gather(race, told);
	told->slept = race->slept;
	told->sleep.count = 0;
	if (race->slept) {
		race_symbolize(&race->sleep, &told->sleep, &told->names);
		race_report_trim(&told->sleep);
	}
	told->value = race->value;
	told->has_value = race->has_value && race_value_read(&race->now, &told->value_later);
	location_words_gather(told);
	told->advice = race_advice(told, &told->names);
	told->fingerprint = race_fingerprint_pair(side_fingerprint(&told->now),
						  side_fingerprint(&told->before));
}
