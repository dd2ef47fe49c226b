/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * report.c - a race on its way to the user: seen before? then silence; otherwise all that
 * is to be said is gathered (report_gather.c), and the words leave in one write.
 *
 * "Seen" is asked twice. The addresses of both stacks are hashed first, so that a race
 * in a hot loop costs no look-up of names; then the named stacks, which stay the same
 * when a library is closed and opened elsewhere.
 */
#include "report.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "again.h"
#include "finding.h"
#include "fingerprint.h"
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
	if (!told)
		told = race_map(sizeof(*told));
	if (told) {
		race_report_gather(race, told);
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
