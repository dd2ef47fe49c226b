/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * finding.h - what is wrong with the use of locks and threads, other than a race: a list of
 * sections, each a line of words and a stack. Findings are told as races are: once, unless
 * suppressed, in the same three formats, to the same log, with the same exit status.
 */
#ifndef RACE_FINDING_H
#define RACE_FINDING_H

#include "held.h"
#include "print.h"
#include "symbolize.h"

enum race_rule {
	RACE_RULE_DEADLOCK, /* suppressed by deadlock:, */
	RACE_RULE_MISUSE,   /* mutex:, */
	RACE_RULE_THREAD,   /* thread: */
	RACE_RULE_ORDER,    /* deadlock: and mutex: */
	RACE_RULE_SIGNAL,   /* signal: */
	RACE_RULE_DUMP,     /* no finding, but told as one in SARIF (dump_sarif.c) */
};

struct race_named {
	uint32_t number;
	char name[16];
};

/* In `words`, %t is the thread ("thread T2 'name'"), %T the same at the beginning of a
 * sentence, %o the other thread, %l the lock ("mutex 'a'"), %L the
 * same at the beginning. */
struct race_section {
	const char *words;
	struct race_named thread, other;
	struct race_hold lock; /* addr and kind of it */
	const char *call;      /* libc's function that the stack leads to, or NULL */
	struct race_stack stack; /* may be empty */
};

#define RACE_SECTIONS 200
#define RACE_ORDERS 64
struct race_finding {
	enum race_rule rule;
	const char *title; /* "DEADLOCK" */
	uint32_t count;
	struct race_section section[RACE_SECTIONS];
	/* Advice: these locks in this order. one_place: the same line takes them in others. */
	uint32_t orders;
	bool one_place;
	struct race_hold order[RACE_ORDERS];
};

/* ---- gathered ---- */
struct race_told_section {
	const char *heading, *call;
	struct race_frames stack;
};

struct race_told_finding {
	enum race_rule rule;
	const char *title;
	const char *advice; /* or "" */
	uint64_t fingerprint;
	uint32_t count;
	struct race_told_section section[RACE_SECTIONS];
	struct race_names names;
};

void race_finding_text(struct race_text *text, const struct race_told_finding *told);
void race_finding_json(struct race_text *text, const struct race_told_finding *told);
void race_finding_sarif(struct race_text *text, const struct race_told_finding *told);

/* ---- what the rest of the runtime calls ---- */

/* Room for one, with no sections yet; NULL: no memory. Tell it, which gives it back. */
struct race_finding *race_finding_begin(enum race_rule rule, const char *title);
struct race_section *race_finding_add(struct race_finding *finding, const char *words,
				      const struct race_thread *thread);
struct race_section *race_finding_add_life(struct race_finding *finding, const char *words,
					   const struct race_life *life);
void race_finding_tell(struct race_finding *finding);

/* Where a thread was created, if it was seen. */
void race_finding_add_creation(struct race_finding *finding, const struct race_thread *thread);
void race_finding_add_birth(struct race_finding *finding, const struct race_life *life);

struct race_named race_named_of(const struct race_thread *thread);

/* How many there were that no suppression hides. */
uint64_t race_finding_count(void);
void race_finding_forget_count(void);

#endif
