/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * variable.h - the program's variables by name, from the notes that the pass left in
 * program and libraries (race_hooks.def): what an address is, and what an access meant.
 */
#ifndef RACE_VARIABLE_H
#define RACE_VARIABLE_H

#include "symbolize.h"

struct race_variable {
	const char *expression; /* "table[2].hits" */
	const char *type;       /* of the expression: "long" */
	const char *field;      /* "field 'hits' of struct entry", or "" */
	const char *function;   /* it is a static of, or "" */
	const char *file;
	uint32_t line;
};

/* The global or static variable that holds all of [addr, addr + bytes). */
bool race_variable_find(uint64_t addr, uint64_t bytes, struct race_variable *out,
			struct race_names *names);

/* What the access `site` meant: "field 'hits' of struct entry" and "local 'x' of f() at
 * f.c:3", either of them "". */
void race_variable_of_site(const struct race_site *site, const char **field,
			   const char **object, struct race_names *names);

#endif
