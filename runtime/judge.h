/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * judge.h - is it a race? An access to a granule against the set of cells that is
 * remembered of it, wherever these are kept (granule.c): what races, and which set is to
 * be remembered from here on.
 *
 *     T2 reads bytes 0-3 of  { T1 wrote 0-7 }    T1's epoch is not known to T2: race
 *                                                { T2 read 0-3, T1 wrote 0-7 }
 */
#ifndef RACE_JUDGE_H
#define RACE_JUDGE_H

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
	bool ends; /* the memory's life: that is to be told, whatever was done before it */
};

RACE_INLINE bool race_judge_is_plain_read(const struct race_touch *t)
{
	return !t->write && !t->atomic;
}

struct race_outcome {
	bool covered;   /* the set has the access already */
	bool displaced; /* it takes the place of others that it raced with */
	uint32_t races; /* each on bytes that the ones before it do not have */
	struct {
		race_cell before;
		uint32_t bytes;
	} race[8];
};

/* The set after the access, own cell first, where the inlined test of a write looks.
 * `cells` has room for count + 1. Returns how many there are then. */
uint32_t race_judge_cells(race_cell *cells, uint32_t count, const struct race_touch *t,
                          struct race_outcome *out);

/* Does this atomic access stand for an older atomic cell? */
bool race_judge_stands_for(const struct race_touch *t, race_cell c);

/* What is left of an older cell beside the access; 0 when nothing. */
RACE_INLINE race_cell race_judge_rest(race_cell c, const struct race_touch *t)
{
	uint32_t gone = 0;

	if (t->write && !t->atomic)
		gone = t->mask;
	else if (race_cell_is_atomic(c))
		gone = t->atomic && race_judge_stands_for(t, c) ? t->mask : 0;
	else if (!t->atomic)
		gone = t->mask & (c >> RACE_CELL_WRITE_SHIFT);
	return race_cell_without(c, gone);
}

/* Bits of a cell that say that the access was made. */
RACE_INLINE uint64_t race_judge_bits(const struct race_touch *t)
{
	return race_cell_masks(t->atomic ? 0 : t->mask, t->write || t->atomic ? t->mask : 0);
}

/* The access's own cell. */
RACE_INLINE race_cell race_judge_first_cell(const struct race_touch *t)
{
	return (t->word | race_cell_masks(0xff, 0xff) | t->site) & ~race_judge_bits(t);
}

/* A cell of the same class and epoch, with the access in it. */
race_cell race_judge_joined_cell(race_cell existing, const struct race_touch *t);

/* One of the two; existing: 0, or such a cell. */
RACE_INLINE race_cell race_judge_own_cell(race_cell existing, const struct race_touch *t)
{
	return existing ? race_judge_joined_cell(existing, t) : race_judge_first_cell(t);
}

/* Is it an allocation (race_granule_allocation), not an atomic access? It has the form of one. */
RACE_INLINE bool race_judge_is_allocation(race_cell c)
{
	return race_cell_is_atomic(c) && race_site_is_allocation(race_cell_site(c));
}

/* Where it does not happen before the access: can this cell race with it? */
RACE_INLINE bool race_judge_may_clash(race_cell c, const struct race_touch *t)
{
	uint32_t plain = race_cell_plain(c), changed = race_cell_changed(c);

	if (plain)
		return (t->write ? plain : plain & changed) & t->mask;
	return changed & t->mask && (!t->atomic || race_judge_is_allocation(c));
}

/* Is it the access's own cell, which it joins? */
RACE_INLINE bool race_judge_is_own(race_cell c, const struct race_touch *t)
{
	return race_cell_same_epoch(c, t->word) && race_cell_is_atomic(c) == t->atomic &&
	       !race_judge_is_allocation(c);
}

/* Does this cell of the same thread and epoch make the access redundant? */
RACE_INLINE bool race_judge_covers(race_cell c, const struct race_touch *t)
{
	if (race_unlikely(t->ends))
		return false;
	if (t->atomic && race_cell_is_atomic(c))
		return !race_judge_is_allocation(c) && !(t->mask & ~race_cell_changed(c)) &&
		       (!t->write || (race_cell_site(c) == t->site));
	if (t->write || t->atomic)
		return !(c & race_cell_masks(t->mask, t->mask));
	return !(c & race_cell_masks(t->mask, 0));
}

#endif
