/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * unwind.h - the real call stack of the calling thread, frames of code that is not
 * instrumented included.
 */
#ifndef RACE_UNWIND_H
#define RACE_UNWIND_H

#include "waiting.h"

enum race_unwinder {
	RACE_UNWINDER_LIBUNWIND,
	RACE_UNWINDER_LIBGCC, /* where the first is not installed */
};

/* Takes the first unwinder there is; again does nothing. It opens a library, which
 * allocates, and not before libc is initialised: ld.so would initialise it then, and without
 * the program's arguments (no program_invocation_name, none for constructors). Without any,
 * race_unwind finds no frame. */
void race_unwind_init(void);

/* Takes this unwinder; false when it is not installed. */
bool race_unwind_open(enum race_unwinder unwinder);

/* The stack from the frame that returns to `pc` outward: out->pc[0] == pc, the frames
 * of the runtime inside it dropped. False: no such frame was met, out holds pc alone.
 * Keeps errno. */
bool race_unwind(uint64_t pc, struct race_stack *out);

/* The same of a thread that stands still with these registers. With pc 0 all frames are
 * wanted, from the registers' own place on. False: none was met, out is empty. */
bool race_unwind_at(const struct race_registers *at, uint64_t pc, struct race_stack *out);

/* Around fork, so that the child does not find the unwinder in use. */
void race_unwind_before_fork(void);
void race_unwind_after_fork(void);

#endif
