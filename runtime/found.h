/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * found.h - a race that the judge found, on its way to the report: both sides get
 * their place, their thread and their stack. From here on nothing is hot.
 */
#ifndef RACE_FOUND_H
#define RACE_FOUND_H

#include "shadow.h"

struct race_found {
	uint64_t granule;
	uint32_t mask;  /* bytes of the granule that the access touches */
	uint32_t clash; /* those it shares with `before` */
	uint32_t site;  /* the access's leaf */
	bool now_write, now_atomic;
	race_cell before;
};

/* The calling thread's access races with `before`. */
void race_found(const struct race_found *race);

/* While a thread's held_races has room, what it finds is kept there: a report is long,
 * and may wait for locks of libc. Then: tells what was kept. */
#define RACE_FOUND_HELD 16 /* room for the bytes of two granules */
void race_found_release(void);

/* race_found, with the program's vector registers kept (entry_x86_64.S): accesses are
 * checked where the compiler counts on them. */
void race_found_save_vectors(const struct race_found *race);

#endif
