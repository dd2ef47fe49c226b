/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * renumber.h - epochs and tids that have run out are won back, and nothing is lost.
 *
 * An epoch number says which accesses a clock orders. Two epochs of a thread that no
 * clock in the process tells apart can share one number; an epoch that every thread
 * knows can race with nobody, and its cells may go. So the world holds still, and what
 * is left is counted again from 1.
 *
 *     clocks know of T3:  main 0, T1 900, T2 4000000, a mutex 3999998
 *     T3's epochs         1..900  ..3999998  ..4000000  4000001
 *     become                1         2          3         4
 *
 * A tid whose thread is gone is free again when its remaining epochs have moved into a
 * grave, a tid that they share with others that ended (grave.h).
 *
 * Epochs as in FastTrack (Flanagan and Freund, PLDI 2009), where they never run out.
 */
#ifndef RACE_RENUMBER_H
#define RACE_RENUMBER_H

#include "thread.h"

/* Does so if slots are few for self to go on in, or for a thread that it is about to
 * create. Outside of race_enter. */
void race_renumber(struct race_thread *self);

/* Does so in any case. */
void race_renumber_now(struct race_thread *self);

#endif
