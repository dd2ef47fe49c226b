/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * granule.h - the judge's work on one granule: an access against the set of cells that
 * is remembered of it.
 */
#ifndef RACE_GRANULE_H
#define RACE_GRANULE_H

#include "site.h"
#include "thread.h"

/* The access, for one granule. */
struct race_touch {
	struct race_thread *self;
	uint64_t word;
	uint64_t granule;
	uint32_t mask; /* bytes of the granule */
	uint32_t site;
	bool write, atomic;
};

/* Checks the access and remembers it; a race goes to found.h. */
void race_granule_touch(const struct race_touch *t);

/* A short way for an access to all of a granule: done if it is a usual case. `own` is
 * race_granule_cell(t). */
bool race_granule_touch_whole(race_cell *shadow, const struct race_touch *t, race_cell own);

/* A short way for an atomic: the same place in the same or a later epoch. */
bool race_granule_touch_atomic(race_cell *shadow, const struct race_touch *t);

/* The cell of the access alone. */
race_cell race_granule_cell(const struct race_touch *t);

/* Allocations are kept in the form of an atomic access: a plain one by the same thread
 * is not covered by it, so that a report names the write, not the allocation. */
RACE_INLINE race_cell race_granule_allocation(uint64_t word, uint32_t site)
{
	return word | race_cell_masks(0xff, 0) | site;
}

#endif
