/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * shown.h - which frame of a stack to show to somebody who looks at one only: the innermost
 * of the program's own code, not what the C++ library does inside of itself.
 */
#ifndef RACE_SHOWN_H
#define RACE_SHOWN_H

#include "symbolize.h"

bool race_shown_is_librarys(const struct race_frame *frame);

/* frames->frame[0] where none is better. */
const struct race_frame *race_shown_frame(const struct race_frames *frames);

#endif
