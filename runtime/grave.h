/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * grave.h - tids for what ended. A renumbering (recount.h) leaves classes of epochs in
 * which nobody lives; several of them can share a tid, as its epochs 1, 2, 3..., if
 * whoever knows a later one knows the earlier ones as well:
 *
 *     clocks:      main   T7   T9   lock
 *     epoch 1       x      x    x     x       of T3, all but T5 know it
 *     epoch 2              x    x     x       of T4
 *     epoch 3              x                  of T3 again
 *
 * A clock's entry then says how far down it knows. All that one thread left behind fits
 * into one grave, and with the rest of what ended few are needed.
 */
#ifndef RACE_GRAVE_H
#define RACE_GRAVE_H

#include "slot.h"

/* One class of epochs. */
struct race_remains {
	race_cell first;          /* its first epoch, in old numbers */
	struct race_life *life;
	race_cell place;          /* its tid and epoch from now on */
	uint64_t *knowers;        /* bit i: clock i knows it */
	struct race_remains *next; /* in its grave */
};

struct race_grave {
	uint32_t tid;
	struct race_remains *remains; /* known to the most first */
};

/* No graves yet; clocks are numbered from 0 to `clocks` - 1. */
void race_graves_begin(uint32_t clocks);

/* Puts the `count` classes of slot tid, with their knowers, into graves; the slot itself
 * becomes one if need be. False: there is no room, and all is as before. Slots come in
 * ascending order. */
bool race_graves_bury(uint32_t tid, struct race_remains *remains, uint32_t count);

/* Gives all remains their places. */
void race_graves_close(void);

/* What the clock, in old numbers, knows of the grave: the last of its epochs, or 0. */
uint64_t race_grave_known(const struct race_grave *grave, const uint64_t *entry,
                          uint32_t size);

/* The slots become graves. */
void race_graves_fill_slots(void);

extern struct race_grave race_graves[RACE_TIDS];
extern uint32_t race_grave_count;

#endif
