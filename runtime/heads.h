/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * heads.h - the threads that head the release sequences which an atomic's value belongs to,
 * when there are several, and what each of them released: its part.
 *
 *     A stores, releasing     B adds, releasing     A stores, relaxed
 *
 * Who reads what A stored last comes after A's first store (its own sequence goes on), but
 * not after B. So the parts are kept beside their join, which is the object's clock.
 *
 * Mostly the head that came last knew all there was: the clock is its part, it is the
 * `whole`, and has none here. The next one's turn: the clock goes to its place, and a new
 * one is made in that one's old part. So this costs room, and no time.
 *
 * The room is bounded. A part that is not kept is lost, and so is said to be.
 */
#ifndef RACE_HEADS_H
#define RACE_HEADS_H

#include "thread.h"

#define RACE_HEADS_BYTES (16u << 10) /* of one object's parts */

struct race_head {
	const struct race_life *life;
	struct race_clock *part; /* NULL: none yet, the whole, or lost */
	bool lost;
};

struct race_heads {
	uint32_t count, room;
	uint32_t whole; /* whose part is the clock; RACE_HEADS_NONE: it is a join */
	bool lost;      /* no parts are kept here */
	struct race_head head[];
};

#define RACE_HEADS_NONE UINT32_MAX

/* The clock is the part of `first`, who was alone. */
struct race_heads *race_heads_new(const struct race_life *first);
void race_heads_free(struct race_heads *heads);

/* NULL: it is none. */
struct race_head *race_heads_find(struct race_heads *heads, const struct race_life *life);

/* The same, made one. Others that have ended may go: they store no more. */
struct race_head *race_heads_add(struct race_heads **heads, const struct race_life *life);

/* A head that knows all of the clock is about to make it its own. True: another's it was, or
 * a join, and what stands in *clock now, if anything, is of no worth. */
bool race_heads_turn(struct race_heads *heads, struct race_head *head, struct race_clock **clock);

/* The clock is about to be joined with what a head released. */
void race_heads_join(struct race_heads *heads, struct race_head *head,
                     const struct race_clock *clock, const uint64_t *from, uint32_t size);

/* That head's part becomes the clock. False: it is lost. */
bool race_heads_alone(struct race_heads *heads, struct race_head *head, struct race_clock **clock);

#endif
