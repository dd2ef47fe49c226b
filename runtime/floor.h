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
 * it will know that before it does anything else.
 */
#ifndef RACE_FLOOR_H
#define RACE_FLOOR_H

#include "thread.h"

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

/* Computes the floor anew unless self did so in an epoch close to its present one.
 * Returns whether it did. */
bool race_floor_raise(struct race_thread *self);

/* The last attempt helped (or did not) to drop a cell: soon (or later) again. */
void race_floor_helped(struct race_thread *self, bool helped);

#endif
