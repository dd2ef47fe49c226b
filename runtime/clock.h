/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * clock.h - vector clocks. Entry t of a clock says how much of thread slot t's past is
 * ordered before the clock's owner. It is stored as `epoch << 42 | all ones`, so that
 * one compare, cell <= clock[tid of cell], answers "does that access happen before
 * me?" for any mask and site below the epoch. An entry of 0 orders nothing.
 *
 * Mattern/Fidge vector clocks; epochs as in Flanagan & Freund, FastTrack, PLDI 2009.
 */
#ifndef RACE_CLOCK_H
#define RACE_CLOCK_H

#include "shadow.h"

/* A clock of `size` entries; the rest are zero. `room` entries are allocated. */
struct race_clock {
	uint32_t size;
	uint32_t room;
	struct race_clock *next, **link; /* among all there are */
	uint64_t entry[];
};

/* All clocks that there are, but for the threads' own. To be read while the world holds
 * still (stop.h). */
extern struct race_clock *race_clocks;
extern RACE_HIDDEN uint32_t race_clocks_count;

RACE_INLINE uint64_t race_clock_entry(uint64_t epoch)
{
	return epoch << RACE_CELL_EPOCH_SHIFT | RACE_BELOW_EPOCH;
}

/* into[i] = max(into[i], from[i]) for i < size. Returns whether anything grew. */
bool race_clock_join(uint64_t *into, const uint64_t *from, uint32_t size);

void race_clock_copy(uint64_t *into, const uint64_t *from, uint32_t size);

/* The same, but entry `own` of `into` stays as it is. */
void race_clock_copy_but(uint64_t *into, const uint64_t *from, uint32_t size, uint32_t own);

/* Gives *clock room for at least `size` entries; entries from its old size on are
 * zero. Keeps its content. Never fails: no memory ends the process with one line. */
void race_clock_grow(struct race_clock **clock, uint32_t size);

void race_clock_free(struct race_clock *clock);

/* Takes it out of *clock first (race_clock_peek). */
void race_clock_drop(struct race_clock **clock);

/* Copies the clock that its user may change, grow or drop meanwhile: each entry is one
 * that it has had. Returns how many there are; `into` has room for RACE_TIDS. */
uint32_t race_clock_peek(struct race_clock *const *clock, uint64_t *into);

#endif
