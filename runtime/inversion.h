/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * inversion.h - orders of locks that could hang, told though they did not: each lock that
 * is waited for while others are held is a step in the graph of orders (order.h), and a
 * step that closes a circle there is reported.
 *
 * A try, or a wait with an end, is no step: who does not get the lock goes on. The lock
 * that it got is held as any other. Nor is a lock that the thread has already. What the
 * main thread does before there is another one is past for all.
 */
#ifndef RACE_INVERSION_H
#define RACE_INVERSION_H

#include "held.h"

/* self has the lock, its newest, that it asked for while it held others; detect_deadlocks
 * may be off. Nearly always it did so before in this turn: then that is all. */
void race_inversion_look(struct race_thread *self);

/* The lock begins its life, by a call of self's that returns to pc. */
void race_inversion_made(const struct race_thread *self, uint64_t lock, uint64_t pc);

#endif
