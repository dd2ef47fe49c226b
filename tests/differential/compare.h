/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * compare.h - one program on the reference and on the runtime, side by side.
 *
 * Compared is each access, granule by granule. Where it races in the reference on a
 * byte that had no race yet, the runtime must report a race in this granule; where the
 * runtime reports one, each byte it names must race, and the place and thread that it
 * names as the one before must be of an access that truly races. After the first race
 * on a byte, later ones on this byte need not be reported any more.
 *
 * One access may race on one byte of a granule with one thread and on another byte with
 * another; the runtime tells one of the two. That is counted as hidden bytes, and is a
 * difference only with `every_byte`.
 */
#ifndef DIFFERENTIAL_COMPARE_H
#define DIFFERENTIAL_COMPARE_H

#include "play.h"
#include "program.h"

enum difference_kind {
	SAME,
	MISSED,       /* a race without a report */
	FALSE_RACE,   /* a report without a race */
	WRONG_BYTES,  /* the report names bytes that do not race, beside some that do */
	WRONG_BEFORE, /* the earlier access named is none that races */
	HIDDEN_BYTE,  /* with every_byte: see above */
	DIED,         /* the runtime crashed or hung */
	DIFFERENCES
};

struct difference {
	enum difference_kind kind;
	uint32_t index;   /* operation */
	uint64_t expected; /* bytes that race in the reference */
	struct report report;
};

struct comparison {
	bool every_byte;
	/* Filled in, summed up over calls: */
	uint64_t racy_accesses, hidden_bytes, reports;
	bool racy; /* the last program raced */
};

/* The first difference, or kind SAME. */
struct difference compare(const struct program *program, struct comparison *comparison);

void difference_print(const struct program *program, const struct difference *difference);
const char *difference_name(enum difference_kind kind);

/* Drops operations from the program and narrows accesses while it still differs. */
void shrink(struct program *program, bool (*still_differs)(const struct program *));

#endif
