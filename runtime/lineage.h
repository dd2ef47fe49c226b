/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * lineage.h - what creating and joining threads orders, and nothing else. Locks order what
 * happens only as it happened to come: two threads that take a lock one after the other
 * might have come the other way round. A thread and what went before its creation, or
 * comes behind its join, cannot.
 *
 *     line 0  main    turn 1 | create T1 | turn 2       | join T1 | turn 3
 *     line 1  T1                 turn 1, knows 0:1  ...
 *     line 0, turn 3 knows 1:1
 *
 * These are vector clocks that only create and join touch (Bensalem and Havelund's
 * segments, HVC 2005). A line goes to a later thread if its creator knows the end of the
 * one before; so that, when there are no lines left, order is seen where there is none.
 */
#ifndef RACE_LINEAGE_H
#define RACE_LINEAGE_H

#include "thread.h"

#define RACE_LINES 1018 /* a lineage fits in 4 KB */

struct race_lineage {
	uint32_t line, lines;     /* its own; entries from `lines` on are 0 */
	uint64_t mark;            /* another one in each turn of each thread */
	struct race_moment *now;  /* the present turn's, once it was asked for */
	uint32_t known[RACE_LINES]; /* of each line, up to which turn all is past; its own: now */
};

/* A turn as it is kept for later. */
struct race_moment {
	uint32_t users;
	uint32_t line, turn, lines;
	uint32_t known[];
};

/* Under the registry's lock. creator NULL: it was not seen being created. */
void race_lineage_begin(struct race_thread *thread, struct race_thread *creator);
void race_lineage_end(const struct race_thread *thread);
void race_lineage_join(struct race_thread *self, const struct race_thread *thread);

/* In the child of fork: what all others did is past. */
void race_lineage_forked(struct race_thread *self);

/* self's present turn; the caller drops it some day. self has a lineage. */
struct race_moment *race_lineage_now(struct race_thread *self);
void race_moment_drop(struct race_moment *moment);
uint64_t race_moment_bytes(const struct race_moment *moment);

/* Is one of them past in the other, so that they never are at one time? */
RACE_INLINE bool race_moments_are_ordered(const struct race_moment *a, const struct race_moment *b)
{
	return (a->line < b->lines && a->turn <= b->known[a->line]) ||
	       (b->line < a->lines && b->turn <= a->known[b->line]);
}

#endif
