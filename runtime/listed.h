/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * listed.h - accesses to a granule whose cells do not all have room in shadow: cell 1 names the
 * list of the others (overflow.h).
 */
#ifndef RACE_LISTED_H
#define RACE_LISTED_H

#include "judge.h"

/* The access to a granule whose cell 1 was the list's c1. False: look again. */
bool race_listed_touch(race_cell c1, race_cell *shadow, const struct race_touch *t,
                       struct race_outcome *out);

/* A set of three, own cell first, is too much for shadow: gives it a list. `rises` is when it
 * was squeezed (squeeze.h). False: look again. */
bool race_listed_make(race_cell c0, race_cell c1, race_cell *shadow, race_cell *cells,
                      uint32_t count, uint32_t rises, const struct race_touch *t);

#endif
