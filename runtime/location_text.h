/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * location_text.h - "counter (int), global at f.c:3", in one line without its end; where a
 * block of the heap was allocated follows as a stack.
 */
#ifndef RACE_LOCATION_TEXT_H
#define RACE_LOCATION_TEXT_H

#include "location.h"
#include "print.h"

/* `tells_free`: that the block was freed is told by other words. */
void race_location_text(struct race_text *text, const struct race_location *location, bool tells_free);

#endif
