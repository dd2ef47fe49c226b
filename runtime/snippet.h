/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * snippet.h - the source around a line, when it can be read.
 */
#ifndef RACE_SNIPPET_H
#define RACE_SNIPPET_H

#include "print.h"

/* Three lines of the file, the middle one marked, with a caret under its column unless
 * that is 0; nothing when there is no such file. */
void race_snippet_print(struct race_text *text, const char *file, uint32_t line,
			uint32_t column);

#endif
