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

/* An atomic load: does the granule have a list with the thread's own access of this epoch that
 * covers it? Neither the lock is taken nor anything made ready for the access. */
bool race_listed_load_again(uint64_t addr, uint64_t bytes);

/* A set of three, own cell first, is too much for shadow: gives it a list. `rises` is when it
 * was squeezed (squeeze.h). False: look again. */
bool race_listed_make(race_cell c0, race_cell c1, race_cell *shadow, race_cell *cells,
                      uint32_t count, uint32_t rises, const struct race_touch *t);

#endif
