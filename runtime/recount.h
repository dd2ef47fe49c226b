/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * recount.h - the plan of a renumbering (renumber.h): for each tid, which of its epochs
 * the clocks of the process still tell apart, and what number each gets.
 *
 *     epochs      1 .. 900 | 901 .. 3999998 | 3999999 .. 4000000 | 4000001 ..
 *     class          0             1                  2                3
 *
 * Class 0 is what all threads know; a class ends where some clock does.
 */
#ifndef RACE_RECOUNT_H
#define RACE_RECOUNT_H

#include "thread.h"

/* Makes the plan. The world holds still (stop.h). */
void race_recount_begin(void);
void race_recount_end(void);

/* Does nothing of the slot's past stay in it, nor anybody live there? */
bool race_recount_is_left(uint32_t tid);

/* The number of an epoch under a tid that is not left; from 1 on, but for the main
 * thread's epoch 0. */
uint64_t race_recount_epoch(uint32_t tid, uint64_t epoch);

/* What becomes of a cell; 0: all threads know that access. */
race_cell race_recount_cell(race_cell c);

/* What becomes of a clock. */
void race_recount_clock(uint64_t *entry, uint32_t size);

/* The slots as they are behind it: what is left is free or a grave. */
void race_recount_slots(void);

#endif
