/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * range.h - an access to a range of granules. Most of a range looks alike: one decision
 * serves for a run of granules whose cells differ in nothing but their sites.
 */
#ifndef RACE_RANGE_H
#define RACE_RANGE_H

#include "granule.h"

/* All of the granules in [addr, end), both of them multiples of 8. */
void race_range_touch(struct race_touch *t, uint64_t addr, uint64_t end);

/* Granules for which `what` is decided: those with (cells ^ like) & mask = 0. */
struct race_run {
	race_cell like[2];
	race_cell mask[2];
	race_cell own;
	uint64_t what; /* enum race_whole, not RACE_WHOLE_UNUSUAL */
};

/* Does it to the granules from `cells` on, by eights, as long as all eight are such;
 * returns where that ends, `behind` at the latest: a multiple of eight from `cells`. */
#define RACE_RUN_CELLS 16
race_cell *race_run_along(race_cell *cells, const race_cell *behind, const struct race_run *run);

_Static_assert(offsetof(struct race_run, mask) == 16 && offsetof(struct race_run, own) == 32 &&
                       offsetof(struct race_run, what) == 40,
               "run_x86_64.S");
_Static_assert(RACE_WHOLE_DONE == 0 && RACE_WHOLE_ONLY == 1 && RACE_WHOLE_BESIDE == 2 &&
                       RACE_WHOLE_SHIFTED == 3,
               "run_x86_64.S");

#endif
