/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * stop.h - the world holds still. Other threads are not stopped by signals, which they
 * may block; they are kept out of the runtime, at its two entrances:
 *
 *   race_stop_begin    nobody is inside of race_enter, nor comes in. What the program
 *                      itself does, goes on; so do checks that pass inline and doors.
 *   race_stop_checks   beside that, no check passes and no door is open: the words of
 *                      all threads say "nobody", which fits no cell. A thread that needs
 *                      a check waits at race_enter, on its way into C.
 *
 * Whoever stops the world stands outside of race_enter and comes back outside of it; in
 * between it is inside.
 */
#ifndef RACE_STOP_H
#define RACE_STOP_H

#include "thread.h"

/* Orders the others' stores of `busy` against our loads, and our stores against their
 * loads: they have no fence. False: the kernel does it slowly or not at all. */
bool race_barrier_in_all(void);

void race_stop_begin(void);

/* The same, unless another thread forks. Who is called by libc below a lock that fork wants
 * would wait here for ever: then it returns false, and nothing is stopped. */
bool race_stop_unless_forking(void);

/* The same, unless another thread stops the world or forks, or one does not come out soon. */
bool race_stop_try(void);

void race_stop_checks(void);

/* Every thread goes on, in the epoch that its clock says. */
void race_stop_end(void);

#endif
