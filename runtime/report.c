/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * report.c - a race on its way to the user: seen before? then silence; otherwise the
 * stacks get names, end where the user's code ends, and the words leave in one write.
 *
 * "Seen" is asked twice. The addresses of both stacks are hashed first, so that a race
 * in a hot loop costs no look-up of names; then the named stacks, which stay the same
 * when a library is closed and opened elsewhere.
 */
#include "report.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "advice.h"
#include "again.h"
#include "finding.h"
#include "fingerprint.h"
#include "lock_name.h"
#include "log.h"
#include "options.h"
#include "platform.h"
#include "query.h"
#include "seen.h"
#include "stats.h"
#include "suppress.h"
#include "unwind.h"

static struct race_lock report_lock; /* over everything below but `recent` and `count` */
static struct race_told *told;       /* mapped at the first report, then kept */
static struct race_text words;
static uint64_t count;      /* of distinct races that no suppression hides */
static uint32_t told_last;  /* number of the race that was reported last */
static uint32_t told_before; /* the last one's before this process was forked */
static bool hinted;

/* ---- seen before? ---- */

/* Hashes of raw stacks reported lately, read without the lock. */
#define RECENT 4096
static uint64_t recent[RECENT];
static uint32_t recent_number[RECENT];

static uint64_t raw_hash(const struct race_side *side)
{
	return race_fingerprint_raw(side->calls.count ? &side->calls : &side->stack);
}

/* ---- gathering ---- */

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

/* Ends the stack at main or at the thread's function. */
/* A stripped program's main is known by libc's function that calls it. */
void race_report_trim(struct race_frames *frames)
{
	for (uint32_t i = 0; i < frames->count; i++) {
		const char *symbol = frames->frame[i].symbol;
		bool is_main = symbol && !strcmp(symbol, "main");

		if (is_main || (i && symbol && !strcmp(symbol, "__libc_start_call_main"))) {
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

static void holds_gather(const struct race_holds *holds, struct race_told_side *out)
{
	static struct race_stack stack;

	out->holds = 0;
	for (uint32_t i = 0; holds->known && i < holds->count; i++) {
		struct race_told_hold *hold = &out->hold[out->holds];

		if (told_already(out, holds->hold[i].addr))
			continue;
		hold->hold = &holds->hold[i];
		hold->name = race_lock_name(hold->hold, &told->names);
		race_hold_stack(hold->hold, &stack);
		race_symbolize(&stack, &hold->stack, &told->names);
		race_report_trim(&hold->stack);
		out->holds++;
	}
}

static void side_gather(const struct race_side *side, struct race_told_side *out)
{
	out->side = side;
	race_symbolize(&side->stack, &out->stack, &told->names);
	race_report_trim(&out->stack);
	if (out->stack.count && out->stack.frame[0].line)
		out->stack.frame[0].column = side->column;
	out->creation.count = 0;
	if (side->thread.number && side->thread.created_by_us) {
		race_symbolize(&side->thread.creation, &out->creation, &told->names);
		race_report_trim(&out->creation);
	}
	holds_gather(&side->holds, out);
}

/* The narrower access says best which field was meant; frees have no size of theirs. */
static void location_gather(const struct race_race *race)
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

static void location_words_gather(void)
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

static bool gather(const struct race_race *race)
{
	if (!told)
		told = race_map(sizeof(*told));
	if (!told)
		return false;
	told->names.used = 0;
	told->colors = wanted(race_options.color);
	told->snippets = wanted(race_options.snippets);
	told->history_wanted = race_options.history_size < 7 ? race_options.history_size + 1 : 0;
	side_gather(&race->now, &told->now);
	side_gather(&race->before, &told->before);
	location_gather(race);
	told->slept = race->slept;
	told->sleep.count = 0;
	if (race->slept) {
		race_symbolize(&race->sleep, &told->sleep, &told->names);
		race_report_trim(&told->sleep);
	}
	told->value = race->value;
	told->has_value = race->has_value && race_value_read(&race->now, &told->value_later);
	location_words_gather();
	told->advice = race_advice(told, &told->names);
	told->fingerprint = race_fingerprint_pair(side_fingerprint(&told->now),
						  side_fingerprint(&told->before));
	return true;
}

/* ---- printing ---- */

/* Says once which module to compile with -g: one that raced, not one passed through. */
static void hint_print(void)
{
	const struct race_frames *stacks[] = { &told->now.stack, &told->before.stack };

	for (int i = 0; i < 2 && !hinted; i++) {
		const struct race_frame *frame = &stacks[i]->frame[0];

		if (!stacks[i]->count || frame->file || !frame->module)
			continue;
		race_text_string(&words, "librace: ");
		race_text_string(&words, frame->module);
		race_text_string(&words, " has no line numbers: compile with -g\n");
		hinted = true;
	}
}

static bool format_is(const char *format)
{
	return !strcmp(race_options.format, format);
}

static void summary_print(void)
{
	if (format_is("json")) {
		race_report_json_summary(&words, count, told_last - told_before);
		race_log_write(&words);
		return;
	}
	if (format_is("sarif")) {
		race_log_end(race_report_sarif_tail);
		return;
	}
	if (count) {
		race_again_print(&words, told_before + 1, told_last);
		race_text_string(&words, "Found ");
		race_text_decimal(&words, count);
		race_text_string(&words, " data race(s)");
		if (count > told_last - told_before) {
			race_text_string(&words, ", ");
			race_text_decimal(&words, told_last - told_before);
			race_text_string(&words, " of them reported (max_reports)");
		}
		race_text_string(&words, "\n");
	}
	if (race_finding_count()) {
		race_text_string(&words, "Found ");
		race_text_decimal(&words, race_finding_count());
		race_text_string(&words, " mistake(s) with locks and threads\n");
	}
	if (!count && !race_finding_count() && race_options.verbosity)
		race_text_string(&words, "librace: no data race found\n");
	if (race_options.print_suppressions)
		race_suppress_print(&words);
	if (race_options.stats)
		race_stats_print(&words);
	if (words.used)
		race_log_write(&words);
}

/* ---- one race ---- */

static void record_print(void)
{
	if (format_is("json")) {
		race_report_json(&words, told);
	} else if (format_is("sarif")) {
		race_report_sarif(&words, told);
		race_log_piece(&words, race_report_sarif_head, race_report_sarif_tail);
		return;
	} else {
		race_report_text(&words, told);
		hint_print();
	}
	race_log_write(&words);
}

static void count_up(void)
{
	__atomic_store_n(&count, count + 1, __ATOMIC_RELAXED);
}

/* The same lines and callers, and the same memory: the read and the write of an x++ are
 * one race, even if a handler released something between them. */
static uint64_t lines_at_address(void)
{
	const struct race_told_side *now = &told->now, *before = &told->before;
	uint64_t lines = race_fingerprint_pair(
		race_fingerprint(RACE_READ, now->side->size, NULL, &now->stack),
		race_fingerprint(RACE_READ, before->side->size, NULL, &before->stack));

	return race_fingerprint_pair(lines, now->side->addr);
}

/* A race whose stacks are known already is counted there, one that a suppression hides
 * is not told. False: nothing to tell. */
static bool is_news(uint64_t raw, uint32_t *number)
{
	if (race_seen_find(told->fingerprint, number) ||
	    race_seen_find(lines_at_address(), number)) {
		race_seen_again(*number);
	} else {
		*number = race_suppress_match(told) ? 0 : told_last + 1;
		race_seen_add(told->fingerprint, *number);
		race_seen_add(lines_at_address(), *number);
	}
	race_seen_add(raw, *number);
	return *number > told_last;
}

/* With the lock held. The race's number: 0 when it is not told. */
static uint32_t report(const struct race_race *race, uint64_t raw)
{
	uint32_t number;

	if (race_seen_find(raw, &number)) {
		race_seen_again(number);
		return number;
	}
	if (race_options.max_reports && told_last - told_before >= race_options.max_reports) {
		race_seen_add(raw, 0);
		count_up();
		return 0;
	}
	if (gather(race)) {
		if (!is_news(raw, &number))
			return number;
		race_again_name(number, &told->now.stack, &told->before.stack);
		record_print();
		race_query_report(told);
	} else {
		number = told_last + 1;
		race_seen_add(raw, number);
		race_print_line("WARNING: DATA RACE (no memory left to tell it)");
	}
	told_last = number;
	count_up();
	if (race_options.halt_on_error) {
		summary_print();
		race_sys_exit_group((int)race_options.exitcode);
	}
	return number;
}

uint32_t race_report_race(const struct race_race *race)
{
	uint64_t raw = race_fingerprint_pair(raw_hash(&race->now), raw_hash(&race->before));
	uint64_t *place = &recent[raw >> 20 & (RECENT - 1)];
	uint32_t number = recent_number[raw >> 20 & (RECENT - 1)];
	int kept = errno, cancel;

	if (race_load(place) == raw) {
		race_seen_again(number);
		return number;
	}
	/* Reading debug information opens files; the program's access must not become a
	 * point where its thread can be cancelled. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	/* The loader's lock is taken here, before ours: a thread that the loader calls
	 * back may race too. */
	race_module_refresh();
	race_symbolize_prepare(&race->before.stack);
	race_symbolize_prepare(&race->before.thread.creation);
	number = 0;
	/* A race of the report's own making is not the program's. */
	if (race_lock_take(&report_lock)) {
		number = report(race, raw);
		race_store(&recent_number[raw >> 20 & (RECENT - 1)], number);
		race_store(place, raw);
		race_lock_drop(&report_lock);
	}
	pthread_setcancelstate(cancel, NULL);
	errno = kept;
	return number;
}

bool race_report_lock(void)
{
	return race_lock_take(&report_lock);
}

void race_report_unlock(void)
{
	race_lock_drop(&report_lock);
}

uint64_t race_report_count(void)
{
	return race_load(&count);
}

void race_report_forget_count(void)
{
	__atomic_store_n(&count, 0, __ATOMIC_RELAXED);
	told_before = told_last;
	race_finding_forget_count();
}

void race_report_summary(void)
{
	bool wanted_anyway = race_options.print_suppressions || race_options.verbosity ||
	                     race_options.stats;
	bool ours;

	if (!race_report_count() && !race_finding_count() && !wanted_anyway)
		return;
	ours = race_lock_take(&report_lock);
	summary_print();
	if (ours)
		race_lock_drop(&report_lock);
}

void race_report_before_fork(void)
{
	race_lock_take(&report_lock);
	race_unwind_before_fork();
}

void race_report_after_fork(void)
{
	race_unwind_after_fork();
	race_lock_drop(&report_lock);
}
