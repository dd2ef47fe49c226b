/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * report.h - a race on its way to the user. found.c finds it and names both
 * sides; report.c asks whether it is news; report_gather.c looks up what there is to say,
 * which report_text.c, report_json.c and report_sarif.c write.
 * The two accesses are `now` (the one that found the race) and `before`.
 */
#ifndef RACE_REPORT_H
#define RACE_REPORT_H

#include "held.h"
#include "location.h"
#include "print.h"
#include "symbolize.h"
#include "thread.h"

struct race_side {
	uint64_t addr;
	uint32_t size; /* bytes */
	enum race_kind kind;
	uint8_t column; /* of the access in its line; 0: not known */
	/* libc's, which made the access for the innermost frame; or NULL. */
	const char *function;
	/* `before` only: history had no whole stack any more, stack.pc[0] alone holds. */
	bool stack_lost;
	const struct race_site *site; /* the static one, or NULL */
	struct race_thread_facts thread;
	struct race_stack stack;
	/* The calls as the shadow call stack had them, whichever side this is: `stack` of
	 * `now` knows uninstrumented frames that `before` cannot. None: take `stack`. */
	struct race_stack calls;
	struct race_holds holds;
};

struct race_race {
	struct race_side now, before;
	/* before's access was made before now's thread woke from a sleep that it called here. */
	bool slept;
	struct race_stack sleep;
	/* What stands at now's address just before now's access; of 1, 2, 4 or 8 bytes. */
	bool has_value;
	uint64_t value;
};

/* Fills that in, or finds it again later. */
bool race_value_read(const struct race_side *now, uint64_t *value);

/* ---- gathered: all that the words need, nothing left to look up ---- */
struct race_told_hold {
	const struct race_hold *hold;
	const char *name; /* "mutex 'accounts.lock'" */
	struct race_frames stack; /* empty: where it was locked is not known any more */
};

struct race_told_side {
	const struct race_side *side;
	struct race_frames stack, creation; /* ends at main or the thread's function */
	uint32_t holds;
	struct race_told_hold hold[RACE_HOLDS_TOLD]; /* each lock once, oldest first */
};

struct race_told {
	struct race_told_side now, before;
	struct race_location location;
	bool slept;
	struct race_frames sleep;
	bool has_value;
	uint64_t value, value_later; /* when the race was found, when it is told */
	const char *location_words; /* in one line */
	const char *advice; /* what the evidence points to, or "" */
	uint64_t fingerprint; /* of both stacks, no addresses: the same in every run */
	bool colors, snippets; /* in the text */
	uint32_t history_wanted; /* history_size that would keep more, 0: none does */
	struct race_names names;
};

/* "atomic write", "global": words for programs. */
const char *race_kind_noun(enum race_kind kind);
const char *race_location_kind_name(enum race_location_kind kind);

/* Looks up all of it; `race` must live as long. */
void race_report_gather(const struct race_race *race, struct race_told *told);

/* The report as text, after what `text` holds already. */
void race_report_text(struct race_text *text, const struct race_told *told);

/* Pieces of it: "Write of size 8 by thread T2", and the line of the location. */
void race_report_text_access(struct race_text *text, const struct race_told *told,
			     const struct race_told_side *side);
void race_report_text_location(struct race_text *text, const struct race_told *told);

/* The same as members of a JSON object. */
void race_report_json_frames(struct race_text *text, const char *key,
			     const struct race_frames *frames);
void race_report_json_location(struct race_text *text, const struct race_location *location);

/* Ends the stack at main or at the thread's function. */
void race_report_trim(struct race_frames *frames);

/* The race as a line of JSON, and what is said at exit. */
void race_report_json(struct race_text *text, const struct race_told *told);
void race_report_json_summary(struct race_text *text, uint64_t found, uint64_t reported);

/* The race as a result of SARIF, and what stands around the results. */
void race_report_sarif(struct race_text *text, const struct race_told *told);
extern const char race_report_sarif_head[], race_report_sarif_tail[];

/* ---- what the rest of the runtime calls ---- */

/* Prints the race unless one with the same two stacks was printed before. Any thread
 * may call it; takes the report lock; keeps errno. With halt_on_error it does not
 * return. The race's number, for race_seen_again; 0: not told. */
uint32_t race_report_race(const struct race_race *race);

/* For other reports (finding.c): one at a time. False: this very thread is at one. */
bool race_report_lock(void);
void race_report_unlock(void);

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
