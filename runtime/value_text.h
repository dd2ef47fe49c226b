/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * value_text.h - a value as its type is written: "-5 (0xfb)", "2.5 (0x40200000)", a pointer
 * as 0x55d4baa38fb0. Of memory whose type is not known: a number without sign.
 */
#ifndef RACE_VALUE_TEXT_H
#define RACE_VALUE_TEXT_H

#include "report.h"

/* `value` of what was raced on, in its low bytes. */
void race_value_text(struct race_text *text, const struct race_told *told, uint64_t value);

#endif
