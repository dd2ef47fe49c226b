/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * order.h - the graph of the orders in which locks were taken. A step is what a thread did:
 * it held these locks and asked for that one.
 *
 *     T1 holds a, asks for b          T2 holds b, asks for a
 *
 * Steps that lead from lock to lock and back make a circle in which threads can wait for
 * each other, if all of this holds:
 *
 *   no two steps were ordered by creation and join (lineage.h); so they are of different
 *   threads, too;
 *   no two steps held the same lock (a gate), unless both for reading;
 *   who asks is kept out by who holds: one of them, at least, alone. Readers beside readers
 *   wait only where a waiting writer keeps them out. glibc's rwlocks let them pass, but for
 *   PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP (nptl/pthread_rwlock_common.c), POSIX
 *   leaves it open: such circles are not told.
 *
 * These are the rules of Goodlock (Havelund 2000; Bensalem and Havelund 2005); steps are
 * kept as in iGoodlock (Joshi et al., DeadlockFuzzer, PLDI 2009).
 *
 * A lock is in the graph from its first step until its memory is another thing's; then
 * its steps go with it. Of steps alike, RACE_STEPS_ALIKE of the threads that came last are
 * kept, and of all, the last 16 MB.
 */
#ifndef RACE_ORDER_H
#define RACE_ORDER_H

#include "held.h"
#include "lineage.h"

#define RACE_STEPS_ALIKE 4
#define RACE_ASKED_FRAMES 16
#define RACE_CYCLE_MOST 64

/* A lock in a step. */
struct race_order_part {
	struct race_order_part *next, **link; /* in the lock's list */
	struct race_order_lock *lock;
	uint32_t index; /* in its step */
	uint32_t kind;  /* enum race_hold_kind */
	uint64_t pc[RACE_HOLD_FRAMES]; /* where it was taken; 0 ends them */
};

struct race_order_lock {
	uint64_t addr;
	uint32_t number;
	uint32_t seen, distance; /* in the search numbered so; from where it began */
	struct race_order_lock *next_seen;
	struct race_order_part *held, *asked; /* steps that hold it, and that ask for it */
};

struct race_order_step {
	struct race_order_step *newer, *older;
	struct race_order_step *alike, **alike_link; /* in the bucket */
	uint64_t shape; /* race_order_shape */
	struct race_moment *moment;
	const struct race_life *life;
	uint32_t room, count; /* locks held */
	uint64_t pc[RACE_ASKED_FRAMES]; /* where it asked */
	struct race_order_part part[];  /* those held, then the one asked for */
};

/* Step i holds held[i], and asks for the lock of held[i + 1]; the last one for held[0]'s. */
struct race_order_cycle {
	uint32_t count;
	const struct race_order_part *held[RACE_CYCLE_MOST];
};

/* All of the graph is under this lock. Inside race_enter. */
void race_order_take(void);
void race_order_give(void);

/* A new lock in the graph. */
struct race_order_lock *race_order_lock_new(uint64_t addr);

/* The lock is no more; takes the graph's lock itself. */
void race_order_forget(struct race_order_lock *lock);

/* A step is filled in: those held first, each once; then the one asked for. It is nobody's
 * until race_order_add takes it over. */
struct race_order_step *race_order_step_new(uint32_t held);
struct race_order_part *race_order_step_part(struct race_order_step *step,
					     struct race_order_lock *lock, uint32_t kind);
void race_order_step_free(struct race_order_step *step);

/* The locks and how they are held, for a look at the graph: the sum of the marks of those
 * held, each once, and the mark of the one asked for (race_hold_mark). */
RACE_INLINE uint64_t race_order_shape(uint64_t held, uint64_t asked)
{
	return held + asked * 3;
}

/* Is that step of this thread there, and of this moment? */
bool race_order_has(uint64_t shape, const struct race_life *life, const struct race_moment *moment);

/* Makes it part of the graph, or finds the same step of the same thread there, which is of
 * the present moment then. Returns which. */
struct race_order_step *race_order_add(struct race_order_step *step);

/* Marks the locks that the one asked for leads to. False: it leads to none. */
bool race_order_reach(const struct race_order_step *step);

/* After that: a circle, as short as there is one, in which the step holds part[held]. Where
 * the graph is vast the search gives up. */
bool race_order_circle(const struct race_order_step *step, uint32_t held,
		       struct race_order_cycle *cycle);

RACE_INLINE const struct race_order_step *race_order_step_of(const struct race_order_part *part)
{
	return (const struct race_order_step *)((const char *)(part - part->index) -
						offsetof(struct race_order_step, part));
}

/* For tests. */
uint64_t race_order_bytes(void);

#endif
