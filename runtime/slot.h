/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * slot.h - which thread has which tid, and whose each of a tid's epochs was.
 *
 * A tid is a slot of the vector clocks. One thread lives in it at a time; its tenures
 * tell, newest first, from which epoch on it was whose. A thread that has used up its
 * slot's epochs goes on in another one, so a life may have several tenures.
 *
 *     slot 3:   T3: epochs 1..90     T17: epochs 91..140    T40: epochs 141..
 *
 * All of it is under the registry's lock (thread.h).
 */
#ifndef RACE_SLOT_H
#define RACE_SLOT_H

#include "thread.h"

struct race_tenure {
	struct race_tenure *earlier;
	struct race_life *life;
	uint64_t first_epoch;
};

struct race_slot {
	struct race_thread *thread; /* that lives here or did last, if its tid says so */
	struct race_tenure *tenures; /* newest first */
	uint64_t end;                /* clock entry of its end; 0: alive or never used */
	uint64_t ended_as;           /* order of ending; 0: not free */
	uint32_t renamed;            /* how often its thread's pages were all given up (owner.h) */
	/* What lists have lent its threads (rereads.h): known to who has a list's lock. */
	uint32_t rereads_last;
	struct race_reread *rereads;
};

extern RACE_HIDDEN struct race_slot race_slots[RACE_TIDS];

/* What its thread is called now as a page's owner. */
#define RACE_SLOT_NAME_SHIFT 10
_Static_assert(RACE_TIDS <= 1 << RACE_SLOT_NAME_SHIFT, "the last tid is no thread's");

RACE_INLINE uint32_t race_slot_name(uint32_t tid)
{
	return race_load_acquire(&race_slots[tid].renamed) << RACE_SLOT_NAME_SHIFT | (tid + 1);
}

/* A slot for a thread that starts out with this clock, taken; 0 when there is none. It
 * is one whose earlier lives the clock orders before the thread. */
uint32_t race_slot_take(const uint64_t *clock);

/* The one that ended first, known or not: what happened in it will be taken for known. */
uint32_t race_slot_take_unknown(void);

/* Has race_slot_take next to nothing left to give out? */
bool race_slots_are_few(const uint64_t *clock);

/* The thread in it has ended; nobody will ask for it by its handle again. */
void race_slot_free(uint32_t tid);

/* Does nobody live there, or write there any more? */
bool race_slot_is_empty(uint32_t tid);

/* Is the kernel's thread still there? */
bool race_slot_is_running(const struct race_thread *thread);

/* The last epoch that anybody has had there. */
uint64_t race_slot_last_epoch(uint32_t tid);

/* An empty slot becomes as new, and free; or taken, with no thread in it but the epochs
 * 1 to `epochs` of these tenures. */
void race_slot_clear(uint32_t tid);
void race_slot_fill(uint32_t tid, struct race_tenure *tenures, uint64_t epochs);

void race_slot_begin_tenure(uint32_t tid, struct race_life *life, uint64_t first_epoch);

/* Whose tenure the cell is of. NULL: nobody's that is still known. */
struct race_tenure *race_slot_tenure(race_cell c);

#endif
