/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * lock_name.h - what a reader calls a lock.
 */
#ifndef RACE_LOCK_NAME_H
#define RACE_LOCK_NAME_H

#include "held.h"
#include "names.h"

/* "mutex 'accounts.lock'"; "mutex 0x51200 (at 16 in a heap block of size 64)"; "mutex
 * 0x7ffd00 (on the stack of thread T2)". */
const char *race_lock_name(const struct race_hold *hold, struct race_names *names);

#endif
