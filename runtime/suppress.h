/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * suppress.h - races that the user knows of and does not want to see: ThreadSanitizer's
 * suppressions, from a file (option `suppressions`) and from the program's
 * race_default_suppressions().
 */
#ifndef RACE_SUPPRESS_H
#define RACE_SUPPRESS_H

#include "finding.h"
#include "print.h"
#include "report.h"

/* Once, at start. A file that cannot be read, or a line that is none, ends the process
 * with one line that names it. */
void race_suppress_init(void);

/* Reads suppressions out of `words`; `source` is for error lines. */
void race_suppress_parse(const char *source, const char *words);

/* Does one fit the race? Counts it there. */
bool race_suppress_match(const struct race_told *told);

/* The same for a finding: any frame of it, or the name of a lock in its headings. */
bool race_suppress_finding(const struct race_told_finding *told);

/* Appends how often each was used, and which were not. */
void race_suppress_print(struct race_text *text);

#endif
