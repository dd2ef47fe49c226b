/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * location.h - what was raced on: a variable, a block of the heap, a thread's stack or
 * its thread-local memory, told so that nothing is left to look up.
 */
#ifndef RACE_LOCATION_H
#define RACE_LOCATION_H

#include "heap.h"
#include "symbolize.h"
#include "variable.h"

enum race_location_kind {
	RACE_LOCATION_UNKNOWN, /* `field` may still say what was meant */
	RACE_LOCATION_GLOBAL,  /* by debug information: `variable` */
	RACE_LOCATION_SYMBOL,  /* by symbol table: `datum` */
	RACE_LOCATION_HEAP,    /* `block` */
	RACE_LOCATION_STACK,   /* of `owner` */
	RACE_LOCATION_TLS,     /* of `owner` */
	RACE_LOCATION_DESCRIPTOR, /* no memory, but the number `descriptor` */
};

struct race_location {
	enum race_location_kind kind;
	const char *field;  /* "field 'hits' of struct entry", or "" */
	const char *object; /* "local 'x' of f() at f.c:3", or "" */
	struct race_variable variable;
	struct race_datum datum;
	struct race_block block;
	uint64_t offset; /* in the block */
	struct race_frames allocation;
	uint32_t owner;    /* thread number */
	uint32_t descriptor;
	const char *frame; /* "main()": whose frame of the stack; or "" */
};

/* What the two accesses, at addr each, have in common. `first` is the narrower one. */
void race_location_find(uint64_t addr, uint64_t bytes, const struct race_site *first,
			const struct race_site *second, struct race_location *out,
			struct race_names *names);

#endif
