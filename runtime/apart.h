/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * apart.h - which epochs of a thread can still be told apart. Two of them are as good as
 * one as soon as no clock, of a thread or of a lock, holds the first without the second:
 *
 *     T's epochs                1 .. 40 | 41 .. 97 | 98 .. 120 (its present)
 *     T in the others' clocks        40         97
 *
 * Who is ordered after T's epoch 41 is ordered after 97, too, today and whatever it
 * learns: what T does from now on is published with its present or a later epoch. So a
 * thread that has used the bytes of a granule in many epochs needs one cell for each
 * class of them (recount.h), not for each epoch.
 *
 * T finds its classes while the others hold still, now and then, when that would have
 * helped. Epochs that begin later are each a class of their own.
 */
#ifndef RACE_APART_H
#define RACE_APART_H

#include "thread.h"

/* Of a set of cells that does not fit into shadow, makes one of those of self's that are
 * told apart no more. The first one stays the first. Returns how many there are then. `asks`: where
 * that is too many still, newer classes are asked for, now and then. */
uint32_t race_apart_merge(struct race_thread *self, race_cell *cells, uint32_t count, bool asks);

/* Finds self's classes, if the others hold still soon. Outside of race_enter. */
void race_apart_find(struct race_thread *self);

/* Self's epochs have other numbers, or another tid. */
RACE_INLINE void race_apart_forget(struct race_thread *self)
{
	self->apart.until = 0;
}

#endif
