/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * again.h - which races were met again after their report, for the end of the program.
 * The caller holds the report lock.
 */
#ifndef RACE_AGAIN_H
#define RACE_AGAIN_H

#include "print.h"
#include "symbolize.h"

/* How race `number` is named: "inc() counter.c:21 and value() counter.c:26". */
void race_again_name(uint32_t number, const struct race_frames *now,
		     const struct race_frames *before);

/* Those of the races from `first` to `last` that were met again most often; a list of
 * thousands helps nobody. */
void race_again_print(struct race_text *text, uint32_t first, uint32_t last);

#endif
