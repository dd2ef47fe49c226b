/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * deadlock.h - a thread is about to wait for ever: its wait, which it has noted already
 * (waiting.h), closes a circle (blocker.h). Told at once; no thread of the circle can move
 * before it is told, nor afterwards.
 */
#ifndef RACE_DEADLOCK_H
#define RACE_DEADLOCK_H

#include "thread.h"

/* self has noted its wait. Reports a circle. True: do not wait, fail (on_deadlock=continue). */
bool race_deadlock_found(struct race_thread *self);

#endif
