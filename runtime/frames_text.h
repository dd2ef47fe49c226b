/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * frames_text.h - a stack in the words of a report. What the C++ library calls inside of
 * itself is counted, not told: of its frames in a row the one that the program called has
 * a line. Below the thread's own function there is nothing of the program's. Names are
 * brief. RACE_OPTIONS=frames=all tells everything.
 */
#ifndef RACE_FRAMES_TEXT_H
#define RACE_FRAMES_TEXT_H

#include "print.h"
#include "symbolize.h"

/* Two lines for each frame; the innermost of the program's own has its source below. */
void race_frames_text(struct race_text *text, const struct race_frames *frames, bool snippets);

#endif
