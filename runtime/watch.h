/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * watch.h - a thread of our own that looks on, twice a second, and never touches anything:
 * it dumps (dump.h) when the signal that asks for a dump stays pending because every thread
 * blocks it, and when nothing has moved for `hang_after` seconds. There is one only where
 * it may be needed: with that option, or in a program that creates threads while it blocks
 * the signal.
 */
#ifndef RACE_WATCH_H
#define RACE_WATCH_H

#include "base.h"

/* A thread is about to be created by one that blocks these signals; all are blocked now. */
void race_watch_start(uint64_t blocked);

/* In the child of fork: it has none. */
void race_watch_forked(void);

#endif
