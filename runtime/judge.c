/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * judge.c - an access against a set of cells (judge.h).
 *
 * A new access of thread S, for each cell c of the set:
 *   - c is S's own of this epoch: the access joins it (or it covers the access: done);
 *   - c does not happen before S and touches a common byte, one of the two writing
 *     and one of the two plain: race;
 *   - the bytes of c that a later access will find in S's cell instead are dropped:
 *     a plain write stands for everything ordered before it, a plain read for plain
 *     reads, an atomic for atomics that do no more than it does.
 * The last rule loses nothing: who races with the dropped access either is ordered
 * after S's, hence after the dropped one, or races with S's access as well.
 */
#include "judge.h"

/* ---- one cell ---- */

/* Of an atomic cell's bytes, those that were written. */
static uint32_t written_bytes(uint32_t site, uint32_t mask)
{
	uint32_t written = 0;

	for (uint32_t byte = 1; byte <= mask; byte <<= 1)
		if (mask & byte && race_site_find(site, byte, true, false))
			written |= byte;
	return written;
}

/* Bytes on which this cell, if concurrent, races with the access. */
static uint32_t clash(race_cell c, const struct race_touch *t)
{
	uint32_t plain = race_cell_plain(c), changed = race_cell_changed(c);
	uint32_t common = changed & t->mask, site = race_cell_site(c);

	if (!race_cell_is_atomic(c))
		return (t->write ? plain : plain & changed) & t->mask;
	if (t->atomic)
		return race_judge_is_allocation(c) ? common : 0;
	return t->write ? common : written_bytes(site, common);
}

bool race_judge_stands_for(const struct race_touch *t, race_cell c)
{
	return !race_judge_is_allocation(c) &&
	       (t->write || !race_site_find(race_cell_site(c), 0xff, true, false));
}

race_cell race_judge_joined_cell(race_cell existing, const struct race_touch *t)
{
	uint32_t site = t->site;

	if (race_cell_site(existing) != site && race_judge_rest(existing, t))
		site = race_site_pair(race_cell_site(existing), race_cell_touched(existing),
		                      site, t->mask);
	return (existing & ~(race_judge_bits(t) | RACE_SITE_MASK)) | site;
}

/* ---- a set of cells ---- */

static void note_race(struct race_outcome *out, race_cell before, uint32_t bytes)
{
	for (uint32_t i = 0; i < out->races; i++)
		bytes &= ~out->race[i].bytes;
	if (!bytes)
		return;
	out->race[out->races].before = before;
	out->race[out->races++].bytes = bytes;
}

/* Bytes on which S has read what c wrote: that race is told, and the write of the same
 * `x++` need not be. */
static uint32_t clashed_before(race_cell own, race_cell c)
{
	return own && !race_cell_is_atomic(own) ?
	               race_cell_plain(own) & race_cell_plain(c) & race_cell_changed(c) :
	               0;
}

/* What stays of a cell that is not S's own of this epoch. A race is noted. */
RACE_INLINE race_cell beside(race_cell c, race_cell own, const struct race_touch *t,
                             struct race_outcome *out)
{
	uint32_t clashing;

	if (race_likely(race_thread_knows(t->self, c)))
		return race_judge_rest(c, t);
	clashing = clash(c, t);
	if (race_likely(!clashing))
		return c;
	note_race(out, c, clashing & ~clashed_before(own, c));
	if (!t->write || t->atomic)
		return c;
	/* A write also takes the place of what it raced with: one race a byte. */
	out->displaced = true;
	return race_cell_without(c, clashing);
}

uint32_t race_judge_cells(race_cell *cells, uint32_t count, const struct race_touch *t,
                          struct race_outcome *out)
{
	race_cell own = 0, next = cells[0];
	uint32_t kept = 1;

	out->covered = out->displaced = false;
	out->races = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (race_likely(!race_cell_same_epoch(cells[i], t->word)))
			continue;
		if (race_judge_covers(cells[i], t)) {
			out->covered = true;
			return count;
		}
		if (race_judge_is_own(cells[i], t))
			own = cells[i];
	}
	for (uint32_t i = 0; i < count; i++) {
		race_cell c = next;

		/* Where it stood the one before it may come to stand. */
		next = cells[i + 1];
		if (race_judge_is_own(c, t))
			continue;
		c = beside(c, own, t, out);
		if (c)
			cells[kept++] = c;
	}
	cells[0] = race_judge_own_cell(own, t);
	return kept;
}
