/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * signals.h - who sends a signal comes before its handler, and before who waits for it.
 * There is an object for each number sent to the process, for each number sent to one
 * thread, and for each timer. Who receives knows from what came with the signal which
 * of them it may have been. Who sets a handler comes before its calls, too, whoever sends
 * (C++20 [support.signal]: signal() synchronizes with any resulting invocation).
 */
#ifndef RACE_SIGNALS_H
#define RACE_SIGNALS_H

#include "thread.h"

#include <signal.h>

#define RACE_SIGNAL_BIT(number) (1ull << ((number) - 1))

/* What a thread brings upon itself. */
#define RACE_SIGNAL_FAULTS                                                                 \
	(RACE_SIGNAL_BIT(SIGSEGV) | RACE_SIGNAL_BIT(SIGBUS) | RACE_SIGNAL_BIT(SIGFPE) |    \
	 RACE_SIGNAL_BIT(SIGILL) | RACE_SIGNAL_BIT(SIGTRAP) | RACE_SIGNAL_BIT(SIGSYS))

/* Does it come to nobody who sleeps (floor.h), unless somebody sends it: a fault, or abort()'s?
 * Programs that tell of their crashes have handlers of these. */
RACE_INLINE bool race_signal_is_own(int number)
{
	return number > 0 && number <= 64 &&
	       RACE_SIGNAL_BIT(number) & (RACE_SIGNAL_FAULTS | RACE_SIGNAL_BIT(SIGABRT));
}

/* The process is about to send such a one, or any other. What the floor covers by now, the
 * sender knows, and its handler comes after the sender; from here on who sleeps may have it. */
void race_signal_expect(int number);

/* self sends: to the process, to one thread of it, by a timer that it sets. */
void race_signal_to_process(struct race_thread *self, int number);
void race_signal_to_thread(struct race_thread *self, const struct race_thread *thread,
                           int number);
void race_signal_by_timer(struct race_thread *self, uint64_t timer);

/* self is about to set the handler of a number; it is about to be called in self. */
void race_signal_handler_set(struct race_thread *self, int number);
void race_signal_handler_called(struct race_thread *self, int number);

/* Before that: was it sent by who did not know self's present as far as `epoch`, with which it
 * was in slot tid? False, too, when nobody knows who sent it. */
bool race_signal_is_unordered(const struct race_thread *self, int number, const siginfo_t *info,
                              uint32_t tid, uint64_t epoch);

/* self has received it: in a handler, or by waiting. info is NULL when nothing came. */
void race_signal_received(struct race_thread *self, int number, const siginfo_t *info);

/* One that the kernel sends when the process's timer of that kind ends. */
bool race_signal_is_timer(int number);

#endif
