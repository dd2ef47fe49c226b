/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * calm.h - an access that races with nothing, the usual case: judge.c's rule for each cell of
 * the set in turn, which gives up where more is to be asked. test_granule.c compares the two.
 *
 *     T wrote 0-7, T read 0-3 (both before)     calm: cells { T reads 4-5, T wrote 0-7, T read 0-3 }
 *     T reads 4-5
 *     U, unordered: writes 4-5                  not calm: all of the set is judged, and it is a race
 */
#ifndef RACE_CALM_H
#define RACE_CALM_H

#include "judge.h"

/* Of so many cells. */
#define RACE_CALM_MOST 5

/* A set in which nothing races: the thread's own cell of this epoch, if there is one, and what
 * stays beside it, from the second of `cells` on. */
struct race_calm {
	race_cell own;
	race_cell cells[1 + RACE_CALM_MOST];
	uint32_t count;
};

/* Adds what stays of c beside the access. False: all of the set is to be judged. */
RACE_INLINE bool race_calm_add(struct race_calm *calm, race_cell c, const struct race_touch *t)
{
	bool atomic = race_cell_is_atomic(c);

	if (!c)
		return true;
	if (race_cell_same_epoch(c, t->word)) {
		if (atomic != t->atomic || race_judge_covers(c, t) ||
		    (atomic && race_judge_is_allocation(c)))
			return false;
		calm->own = c;
		return true;
	}
	if (race_thread_knows(t->self, c))
		c = race_judge_rest(c, t);
	else if (t->atomic ? !atomic || race_judge_is_allocation(c) :
	                     t->write || race_cell_changed(c))
		return false;
	if (c)
		calm->cells[calm->count++] = c;
	return true;
}

/* No cell yet. */
RACE_INLINE void race_calm_begin(struct race_calm *calm)
{
	calm->own = 0;
	calm->count = 1;
}

#endif
