/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * context.h - on which shadow call stack a thread is. It has one of its own, and so has
 * each stack of the program's on which a context (makecontext) runs, whichever thread
 * that is in. To the history a change of contexts is that all functions of the one are
 * left and all of the other entered.
 *
 * Nothing is ordered by it: who resumes in one thread what stopped in another has to see
 * to that, and what the two do with the ucontext_t is judged.
 */
#ifndef RACE_CONTEXT_H
#define RACE_CONTEXT_H

#include "thread.h"

struct race_context {
	uint64_t *stack, *stack_end; /* as in struct race_thread */
	uint64_t *top;               /* next free slot */
};

/* Where the calling thread is; and it is there now. */
struct race_context race_context_here(void);
void race_context_go(struct race_context to);

/* On the program's stack of `bytes` from `low` on, where nothing has been entered yet. */
struct race_context race_context_empty(uint64_t low, uint64_t bytes);

#endif
