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
#define RACE_CALM_MOST 8

/* A set in which nothing races: the thread's own cell of this epoch, if there is one, and what
 * stays beside it, from the second of `cells` on. */
struct race_calm {
	race_cell own;
	race_cell cells[1 + RACE_CALM_MOST];
	uint32_t count;
};

enum race_calm_step {
	RACE_CALM_ADDED,
	RACE_CALM_COVERED, /* the cell has the access already */
	RACE_CALM_UNUSUAL, /* all of the set is to be judged */
};

/* No cell yet. */
RACE_INLINE void race_calm_begin(struct race_calm *calm)
{
	calm->own = 0;
	calm->count = 1;
}

/* Adds what stays of c, if it is a cell, beside the access. */
RACE_INLINE enum race_calm_step race_calm_add(struct race_calm *calm, race_cell c,
                                              const struct race_touch *t)
{
	if (!c)
		return RACE_CALM_ADDED;
	if (race_cell_same_epoch(c, t->word)) {
		if (race_judge_covers(c, t))
			return RACE_CALM_COVERED;
		if (race_judge_is_own(c, t)) {
			calm->own = c;
			return RACE_CALM_ADDED;
		}
	}
	if (race_thread_knows(t->self, c))
		c = race_judge_rest(c, t);
	else if (race_judge_may_clash(c, t))
		return RACE_CALM_UNUSUAL;
	if (c)
		calm->cells[calm->count++] = c;
	return RACE_CALM_ADDED;
}

#endif
