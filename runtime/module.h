/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * module.h - what is loaded where: the program and its libraries, as a book that is
 * written once and then only read. When the loader's list has changed since, a new book
 * takes its place; who reads the old one may go on.
 */
#ifndef RACE_MODULE_H
#define RACE_MODULE_H

#include "base.h"

struct backtrace_state;

/* One executable segment. */
struct race_module {
	uint64_t low, high, base;
	const char *path;
};

/* One segment of ELF notes, and all of the memory of its module. */
struct race_notes {
	uint64_t low, high;
	const char *start, *end; /* NULL: there for the sake of the bounds */
	struct race_notes *next;
};

struct race_book {
	struct backtrace_state *state; /* NULL: only modules are known */
	uint64_t changes;              /* of the loader's list when it was made */
	uint64_t tls_bytes;            /* of the program */
	uint32_t count, room;
	struct race_notes *notes, *notes_room;
	char *names;                   /* room for the paths that follow */
	struct race_module module[];
};

/* Learns of libraries opened since the last call. Takes the loader's lock, so call it
 * before one's own. */
void race_module_refresh(void);

/* NULL before the first refresh. */
const struct race_book *race_module_book(void);

/* The one whose code `at` is in, or NULL. */
const struct race_module *race_module_find(const struct race_book *book, uint64_t at);

/* Notes with the bounds of the module whose memory addr is part of, or NULL. */
const struct race_notes *race_module_bounds(const struct race_book *book, uint64_t addr);

/* The index-th segment of ELF notes of the module whose memory addr is part of, counted
 * from 0. False: it has no more, or addr is in none. */
bool race_module_notes(uint64_t addr, uint32_t index, const char **start, const char **end);

/* Bytes of the program's own thread-local variables, as they end at the thread pointer. */
uint64_t race_module_tls_bytes(void);

#endif
