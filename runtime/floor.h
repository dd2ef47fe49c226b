/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * floor.h - what can no longer race. The floor is the smallest clock of all live
 * threads, entry by entry: an access below it happens before everything that any
 * thread can still do, so its cell may go. It is computed now and then, when a
 * granule would otherwise overflow; it only rises.
 *
 *     int a;  main: a = 1; create T1, T2      the write is below the floor at once:
 *     T1: read a;   T2: read a;               two cells suffice for the two readers
 *
 * A thread blocked in a join counts with what the thread it waits for knows, because
 * it will know that before it does anything else; one that waits for a condition, with
 * what was released at the mutex, which it will have again by then. So the idle workers
 * of a pool do not hold the floor down. (They do where a signal that has a handler can come:
 * it runs in the middle of the wait.)
 */
#ifndef RACE_FLOOR_H
#define RACE_FLOOR_H

#include "shared.h"
#include "sync.h"

RACE_INLINE bool race_floor_covers(race_cell c)
{
	return c <= race_load(&race_runtime.floor[race_cell_tid(c)]);
}

/* How often it has risen; never RACE_FLOOR_NEVER. Read before the floor. */
#define RACE_FLOOR_NEVER 0

RACE_INLINE uint32_t race_floor_rises(void)
{
	return race_load_acquire(&race_runtime.floor_rises);
}

/* Computes the floor anew, unless that did not help lately and self has not asked often
 * enough since. Returns whether it did. */
bool race_floor_raise(struct race_thread *self);

/* self is about to join a thread, or to await a mutex. */
void race_floor_blocks(struct race_thread *self);

/* self has given `mutex` back, will do nothing before it has it again, and acquires it
 * then, whatever happens. */
RACE_INLINE void race_floor_await(struct race_thread *self, uint64_t mutex)
{
	race_floor_blocks(self);
	race_store_release(&self->awaits, race_shared_name(mutex));
}

/* It has. */
RACE_INLINE void race_floor_awaited(struct race_thread *self)
{
	race_store_release(&self->awaits, 0);
}

/* The program is about to set a handler of that signal (a bit). What the floor covers by now, self knows; the
 * handler comes after self (signals.h). */
void race_floor_expect_handler(uint64_t signal);

/* The last attempt helped (or did not) to drop a cell: soon (or later) again. */
void race_floor_helped(struct race_thread *self, bool helped);

#endif
