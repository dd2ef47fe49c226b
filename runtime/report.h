/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * report.h - a race on its way to the user. access.c finds it and names both
 * sides; report.c gathers (symbols, threads, seen before?); report_text.c prints.
 * The two accesses are `now` (the one that found the race) and `before`.
 */
#ifndef RACE_REPORT_H
#define RACE_REPORT_H

#include "thread.h"
#include "print.h"
#include "symbolize.h"

struct race_side {
	uint64_t addr;
	uint32_t size; /* bytes */
	enum race_kind kind;
	/* libc's, which made the access for the innermost frame; or NULL. */
	const char *function;
	/* `before` only: history had no whole stack any more, stack.pc[0] alone holds. */
	bool stack_lost;
	struct race_thread_facts thread;
	struct race_stack stack;
	/* The calls as the shadow call stack had them, whichever side this is: `stack` of
	 * `now` knows uninstrumented frames that `before` cannot. None: take `stack`. */
	struct race_stack calls;
};

struct race_race {
	struct race_side now, before;
};

/* ---- gathered: all that the words need, nothing left to look up ---- */
struct race_told_side {
	const struct race_side *side;
	struct race_frames stack, creation; /* ends at main or the thread's function */
};

struct race_told {
	struct race_told_side now, before;
	uint32_t history_wanted; /* history_size that would keep more, 0: none does */
	struct race_names names;
};

/* The report as text, after what `text` holds already. */
void race_report_text(struct race_text *text, const struct race_told *told);

/* ---- what the rest of the runtime calls ---- */

/* Once, at start, after the options are read and before the program can chdir. */
void race_report_init(void);

/* Prints the race unless one with the same two stacks was printed before. Any thread
 * may call it; takes the report lock; keeps errno. With halt_on_error it does not
 * return. */
void race_report_race(const struct race_race *race);

/* Number of distinct races printed so far. */
uint64_t race_report_count(void);

/* In the child of fork: the parent's races are not the child's. */
void race_report_forget_count(void);

/* Prints "Found N data race(s)" when N > 0; called once, at exit. */
void race_report_summary(void);

/* Around fork, so that the child finds neither reports nor unwinder in use. */
void race_report_before_fork(void);
void race_report_after_fork(void);

#endif
