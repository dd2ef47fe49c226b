/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * unsafe.h - what a signal's handler must not do. POSIX leaves it undefined to call a function
 * that is not async-signal-safe from a handler which has interrupted such a function; by
 * itself neither is wrong. So a handler that calls one (unsafe.def), or leaves another errno
 * than it found, is told when
 *
 *   - it has interrupted one: that stands on the interrupted stack, or
 *   - it might have: the thread called one before, with the signal not blocked since, and who
 *     sent the signal, another thread or a timer, was not ordered behind that call. That the
 *     signal came a little later orders nothing.
 *
 * A signal that the thread sends to itself, or unblocks, or waits for with a mask, comes when
 * it is expected. Faults, abort and another process's signals are told in the first case
 * alone; what a handler does that never returns, when it does it.
 */
#ifndef RACE_UNSAFE_H
#define RACE_UNSAFE_H

#include <signal.h>

#include "thread.h"

/* Constant where the name is. */
RACE_INLINE bool race_is_unsafe(const char *name)
{
#define RACE_UNSAFE(function) \
	if (!__builtin_strcmp(name, #function)) \
		return true;
#include "unsafe.def"
	return false;
}

/* Is any handler set? Then calls are noted. */
extern RACE_HIDDEN bool race_unsafe_noted;

/* The calling thread calls that function, which is not async-signal-safe, at pc. */
void race_unsafe_called(const char *name, uint64_t pc);
#define RACE_CALLS(name, pc)                                                           \
	do {                                                                           \
		if (race_is_unsafe(#name) && race_unlikely(race_load(&race_unsafe_noted))) \
			race_unsafe_called(#name, pc);                                 \
	} while (0)

/* The thread's mask changes, or it sends a signal itself: calls before are of no account. */
void race_unsafe_forget(void);

/* A handler is set for that number: calls before are of no account. */
void race_unsafe_handler_set(int number);

/* Around the program's handler, in the thread of this frame; begin comes before the signal's
 * order is learned. One that is left otherwise is found left. */
void race_unsafe_begin(uint64_t frame, int number, const siginfo_t *info,
		       const ucontext_t *context, int kept);
void race_unsafe_end(uint64_t frame, uint64_t function);

#endif
