/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * granule.h - one granule and one access: what is remembered of the granule is judged
 * (judge.h) and changed.
 */
#ifndef RACE_GRANULE_H
#define RACE_GRANULE_H

#include "judge.h"

/* Checks the access and remembers it; a race goes to found.h. */
void race_granule_touch(const struct race_touch *t);

/* What usual accesses to all of a granule do to its cells, as the doors have them:
 * everything in it happens before a write; a read keeps one ordered write or concurrent
 * read beside it. */
enum race_whole {
	RACE_WHOLE_DONE,    /* nothing */
	RACE_WHOLE_ONLY,    /* the own cell, and none beside it */
	RACE_WHOLE_BESIDE,  /* the own cell in front of cell 1 as it is */
	RACE_WHOLE_SHIFTED, /* the own cell in front of what was cell 0 */
	RACE_WHOLE_UNUSUAL, /* none of these: race_granule_touch */
};

/* Of a read: does this cell give way? */
RACE_INLINE bool race_cell_yields(race_cell c, const struct race_thread *self)
{
	return c == 0 || (race_thread_knows(self, c) && !race_cell_changed(c));
}

/* Bits that a cell has in common with the thread's word, where the same access, or a stronger
 * one, was made in this epoch: what the inlined test asks. */
RACE_INLINE uint64_t race_granule_done_bits(uint32_t mask, bool write)
{
	return ~0ull << RACE_CELL_TID_SHIFT | race_cell_masks(mask, write ? mask : 0);
}

/* A read may stand beside this cell: it cannot race with it, nor has it to join it. */
RACE_INLINE bool race_granule_may_stay(race_cell c, const struct race_touch *t)
{
	return !race_cell_is_list(c) && !race_cell_same_epoch(c, t->word) &&
	       (!race_cell_changed(c) || race_thread_knows(t->self, c));
}

/* The sites in the cells are of no matter. */
RACE_INLINE enum race_whole race_granule_decide(race_cell c0, race_cell c1,
                                                const struct race_touch *t)
{
	bool known0 = race_thread_knows(t->self, c0), known1 = race_thread_knows(t->self, c1);

	if (race_cell_is_list(c1))
		return RACE_WHOLE_UNUSUAL;
	if (t->write)
		return known0 && known1 ? RACE_WHOLE_ONLY : RACE_WHOLE_UNUSUAL;
	if (race_cell_same_epoch(c0, t->word) || race_cell_same_epoch(c1, t->word))
		return RACE_WHOLE_UNUSUAL;
	if (race_cell_yields(c0, t->self) && (known1 || !race_cell_changed(c1)))
		return RACE_WHOLE_BESIDE;
	if ((known0 || !race_cell_changed(c0)) && race_cell_yields(c1, t->self))
		return RACE_WHOLE_SHIFTED;
	return RACE_WHOLE_UNUSUAL;
}

/* May an atomic's own cell take a later epoch beside this one, which cannot race with it? */
RACE_INLINE bool race_granule_atomic_beside(race_cell other, uint64_t word)
{
	return !other || (race_cell_is_atomic(other) && !race_cell_is_list(other) &&
	                  !race_judge_is_allocation(other) && !race_cell_same_epoch(other, word));
}

/* A thread that polls an atomic finds `fresh`, its own cell of the same place and epoch. */
RACE_INLINE bool race_granule_atomic_done(const race_cell *shadow, race_cell fresh, uint32_t mask)
{
	const uint64_t written = race_cell_masks(0, 0xff);

	for (int i = 0; i < 2; i++) {
		race_cell c = race_load(&shadow[i]);

		if (!((c ^ fresh) & ~written) && !(c & race_cell_masks(0, mask)))
			return true;
	}
	return false;
}

/* The same, before anything is made ready for the access. Neither this nor race_access_is_done
 * leaves out a race:
 *
 *     T: load x; load x      no release of T's in between (that would be a new epoch)
 *     U: x = 1               unordered with the second, so with the first, whose trace is there
 *     V: x = 1               ordered behind the first: by a later release, so behind the second
 */
RACE_INLINE bool race_granule_atomic_again(uint64_t addr, uint64_t bytes, uint32_t site)
{
	race_cell fresh = __race_self.word | race_cell_masks(0xff, 0xff) | site;
	uint32_t mask = ((1u << bytes) - 1) << (addr & 7);

	return bytes <= 8 && mask <= 0xff && site &&
	       race_granule_atomic_done(race_shadow_of(addr), fresh, mask);
}

/* A short way for an atomic among atomics that cannot race with it, where two cells suffice.
 * False: nothing is done. */
bool race_granule_touch_atomic(const struct race_touch *t);

/* Allocations are kept in the form of an atomic access: a plain one by the same thread
 * is not covered by it, so that a report names the write, not the allocation. */
RACE_INLINE race_cell race_granule_allocation(uint64_t word, uint32_t site)
{
	return word | race_cell_masks(0xff, 0) | site;
}

#endif
