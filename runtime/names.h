/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * names.h - room for the words of one report, symbols and paths in the words of a reader.
 */
#ifndef RACE_NAMES_H
#define RACE_NAMES_H

#include "base.h"

/* When it is full, names stay as the compiler mangled them. */
struct race_names {
	uint32_t used;
	uint32_t start; /* of the string begun last */
	bool full;      /* it did not fit */
	char text[1024 * 1024];
};

/* One more string: begin, add its pieces, end. A string that does not fit is "". */
const char *race_names_begin(struct race_names *names);
void race_names_add(struct race_names *names, const char *bytes, size_t count);
void race_names_end(struct race_names *names);

/* "inc()", "Account::deposit(long)"; "??()" of NULL. */
const char *race_names_function(struct race_names *names, const char *symbol);

/* The same for a variable. */
const char *race_names_datum(struct race_names *names, const char *symbol);

/* A path without ".." and option strip_path_prefix; it may be `file`'s own bytes. */
const char *race_names_file(struct race_names *names, const char *file);

#endif
