/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * squeeze.h - sets of more than two cells, own cell first, are made to fit into two: what lies
 * below the floor goes (floor.h), and a thread's own cells of epochs that nobody tells apart
 * become one (apart.h).
 */
#ifndef RACE_SQUEEZE_H
#define RACE_SQUEEZE_H

#include "thread.h"

/* Returns how many cells are left. `rises` is when it was tried last, and then when it was
 * this time: nothing has sunk below the floor since if that has not risen. `raises`: a higher
 * floor and newer classes are found, now and then, where that could help. */
uint32_t race_squeeze(race_cell *cells, uint32_t count, struct race_thread *self, uint32_t *rises,
                      bool raises);

#endif
