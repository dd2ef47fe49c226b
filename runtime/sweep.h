/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sweep.h - all shadow there is, gone over once. Shadow is 64 TiB of which a program has
 * touched little; the kernel knows where.
 */
#ifndef RACE_SWEEP_H
#define RACE_SWEEP_H

#include "shadow.h"

/* Puts for each cell in shadow what `renewed` makes of it; 0: it goes. Cells that stand
 * for a list stay (overflow.h has the rest). To be called while no check can run
 * (stop.h). */
void race_sweep(race_cell (*renewed)(race_cell));

#endif
