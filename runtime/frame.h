/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * frame.h - whose frame of a thread's stack an address is in. The return addresses on the
 * shadow call stack stand on the true one, too, each at the upper end of its function's
 * frame: the first that is met from the address upward tells the function.
 */
#ifndef RACE_FRAME_H
#define RACE_FRAME_H

#include "thread.h"

/* A return address into the function, or its first byte + 1; 0: not known. The registry's
 * lock is held; addr is on the living thread's stack, which ends at `end`. */
uint64_t race_frame_owner(const struct race_thread *thread, uint64_t addr, uint64_t end);

#endif
