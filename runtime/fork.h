/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * fork.h - the program forks while other threads run. None of them may be inside of
 * race_enter then, or the child would inherit a lock that nobody gives back.
 */
#ifndef RACE_FORK_H
#define RACE_FORK_H

#include "base.h"

/* From here on forks are prepared for. */
void race_fork_init(void);

/* False in a child of vfork, which borrows the memory of its parent. */
bool race_fork_owns_process(void);

#endif
