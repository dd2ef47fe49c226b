/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * held.h - the locks that a thread holds, and where it took them. Each thread has a list,
 * the lock taken last at its end; a recursive lock stands there once for each time.
 *
 *     who locks          race_held_push(self, lock, kind, pc), when it has it
 *     who unlocks        race_held_pop(self, lock), before it is given back
 *     who wants to know  race_held_copy(thread, ...), of any thread
 *
 * Both ends are noted in the thread's history, too (history.h), so that the locks held at
 * an earlier access can be told: start with the present list and undo what came since.
 */
#ifndef RACE_HELD_H
#define RACE_HELD_H

#include "thread.h"

enum race_hold_kind {
	RACE_HOLD_MUTEX,  /* pthread's, C11's */
	RACE_HOLD_SPIN,   /* pthread_spin_lock */
	RACE_HOLD_WRITE,  /* a reader-writer lock, alone */
	RACE_HOLD_READ,   /* the same, with other readers */
	RACE_HOLD_FILE,   /* flockfile */
	RACE_HOLD_CUSTOM, /* the program's own, by annotation */
	RACE_HOLD_CUSTOM_READ,
	/* Never held; a misuse names them (misuse.h). */
	RACE_HOLD_COND,
	RACE_HOLD_BARRIER,
};

RACE_INLINE bool race_hold_is_shared(uint32_t kind)
{
	return kind == RACE_HOLD_READ || kind == RACE_HOLD_CUSTOM_READ;
}

/* One lock: 64 bytes. pc[0] is the return address of the call that locked, behind it
 * stand the callers, as many as fit; 0 ends them. */
#define RACE_HOLD_FRAMES 6
struct race_hold {
	uint64_t addr;
	uint32_t kind;  /* enum race_hold_kind */
	uint32_t order; /* number of the lock in the graph of orders; 0: none yet (order.h) */
	uint64_t pc[RACE_HOLD_FRAMES];
};

/* What a lock of the graph, held so, adds to the sum that a set of held locks is known by. */
RACE_INLINE uint64_t race_hold_mark(const struct race_hold *hold)
{
	uint64_t mark = ((uint64_t)hold->order << 1 | race_hold_is_shared(hold->kind)) *
			0x9e3779b97f4a7c15ull;

	return (mark ^ mark >> 29) * 0xbf58476d1ce4e5b9ull;
}

/* Locks held at one access, as a report tells them. pc[0] 0: where is not known any more. */
#define RACE_HOLDS_TOLD 8
struct race_holds {
	uint32_t count;
	bool known;
	struct race_hold hold[RACE_HOLDS_TOLD]; /* the newest, oldest first */
};

/* self, the calling thread, has taken a lock. */
void race_held_push(struct race_thread *self, uint64_t addr, enum race_hold_kind kind,
		    uint64_t pc);

/* self gives it back; false: not there, nothing to do. */
bool race_held_pop(struct race_thread *self, uint64_t addr);

/* The same for a lock that it may hold in two ways: of this kind, if there is one. */
void race_held_pop_kind(struct race_thread *self, uint64_t addr, enum race_hold_kind kind);

/* Another thread gives back what `holder` took: one entry goes from its list. Under the
 * registry's lock, and while the lock itself is still taken. */
void race_held_lose(struct race_thread *holder, uint64_t addr);

/* Does self hold it? The newest entry, or NULL; good until its next push or pop. */
const struct race_hold *race_held_find(const struct race_thread *self, uint64_t addr);

/* Copies the newest `most` of them, oldest first; returns how many. Of another thread than
 * the calling one: under the registry's lock (race_thread_lock), which keeps the list
 * itself in place; what is written to it meanwhile shows as one whole state. */
uint32_t race_held_copy(const struct race_thread *thread, struct race_hold *out, uint32_t most);

/* The thread holds nothing: a new life. */
void race_held_clear(struct race_thread *thread);

/* An entry's stack, as far as it is known. */
void race_hold_stack(const struct race_hold *hold, struct race_stack *out);

#endif
