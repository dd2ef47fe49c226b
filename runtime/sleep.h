/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sleep.h - where all threads stood when a thread last woke from a sleep. A sleep orders
 * nothing; an access that another thread made before it, and that races with one made
 * after it, was meant to be ordered by it.
 */
#ifndef RACE_SLEEP_H
#define RACE_SLEEP_H

#include "history.h"

/* self, the calling thread, comes back from a sleep that it called from pc. */
void race_sleep_over(struct race_thread *self, uint64_t pc);

/* Was `before`, another thread's access, made before self woke last? Then *stack is where
 * it slept. */
bool race_sleep_separates(struct race_thread *self, race_cell before,
			  const struct race_past *past, struct race_stack *stack);

/* Epochs have new numbers: what was noted says nothing any more. */
void race_sleep_forget(struct race_thread *thread);

#endif
