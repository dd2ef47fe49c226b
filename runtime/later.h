/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * later.h - signals that arrive while another thread forks. A handler that has interrupted
 * malloc would wait at race_enter until the fork is over, and libc's fork for malloc's lock.
 * So it runs behind the fork: the signal is noted, and then sent to its thread once more.
 * What had come with it is put in the place of what comes with that.
 */
#ifndef RACE_LATER_H
#define RACE_LATER_H

#include <signal.h>

#include "base.h"

/* The calling thread has got it, outside of race_enter. True: it comes again. Not what the
 * process sent itself: that may be handled before raise() returns. */
bool race_later_keep(const siginfo_t *info);

/* A handler has been called: was it with a signal that comes again? */
void race_later_came(siginfo_t *info);

/* The fork is over, here and in the child, which has no other threads. */
void race_later_send(void);
void race_later_forget(void);

#endif
