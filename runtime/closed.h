/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * closed.h - libraries that were closed. Places in them are still named by later reports:
 * the pc of such a place carries, above the address, the number of its library here.
 */
#ifndef RACE_CLOSED_H
#define RACE_CLOSED_H

#include "base.h"

/* A library's file as it was when it was mapped. */
struct race_file {
	uint64_t device, number, seconds, nanoseconds;
	size_t bytes; /* of this */
	char path[];
};

struct race_closed {
	uint64_t base, low, high;
	struct race_file *file;
	/* libbacktrace's, which takes the file for the program: `at` of the library is at
	 * program + (at - base) there. NULL: not asked for yet, or not to be had. */
	struct backtrace_state *state;
	uint64_t program;
	bool tried;
};

struct race_file *race_file_note(const char *path);
void race_file_drop(struct race_file *file);

/* Takes the file. */
void race_closed_add(struct race_file *file, uint64_t base, uint64_t low, uint64_t high);

/* The library that pc's number names, or that was at this address last; or NULL. */
struct race_closed *race_closed_of(uint64_t pc);

/* Names for the library are wanted. Takes the loader's lock. */
void race_closed_prepare(struct race_closed *closed);

#endif
