/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * lend.c - reads of granules with lists (lend.h): which cells are lent, and taken back.
 */
#include "lend.h"

#include "floor.h"
#include "granule.h"
#include "stats.h"

/* ---- as the access is to judge them ---- */

/* self's own is not lent any more. */
static void take_own(struct race_overflow *list, const struct race_touch *t)
{
	race_cell *cells = race_overflow_cells(list, list->room_bits);

	for (uint32_t i = 0; list->lent && i < list->count; i++)
		if (race_cell_tid(cells[i]) == t->self->tid && race_reread_is_lent(cells[i])) {
			race_reread_put(list, i, race_reread_take(t->granule, cells[i]));
			return;
		}
}

/* A cell as the access is to judge it. To a read nothing matters of others' but what it knows:
 * that may go, and nothing else lies below the floor. Whose older epoch is not known has no later
 * one that is. */
static race_cell settled(race_cell c, const struct race_touch *t)
{
	if (race_judge_is_plain_read(t)) {
		if (race_thread_knows(t->self, c))
			c = race_reread_see(t->granule, c);
		if (!race_thread_knows(t->self, c))
			return c;
	}
	return race_reread_take(t->granule, c);
}

void race_lend_settle(struct race_overflow *list, const struct race_touch *t)
{
	race_cell *cells = race_overflow_cells(list, list->room_bits);

	for (uint32_t i = 0; list->lent && i < list->count; i++)
		if (race_reread_is_lent(cells[i]))
			i = race_reread_put(list, i, settled(cells[i], t));
}

/* ---- short ways of reads ---- */

void race_lend_first(struct race_overflow *list, uint32_t own, const struct race_touch *t)
{
	race_cell *cells = race_overflow_cells(list, list->room_bits);

	if (!race_lend_may_go_on(t) || race_cell_changed(cells[own]))
		return;
	for (uint32_t i = 0; i < list->count; i++)
		if (race_cell_changed(cells[i]) && !race_thread_knows(t->self, cells[i]))
			return;
	race_reread_lend(t->self, t->granule, list, &cells[own]);
}

/* The first read of a thread's beside those of many others needs none of them, where there is room:
 * the next time that there is none, all are judged. */
static RACE_NOINLINE bool add_read(struct race_overflow *list, race_cell c0,
                                   const struct race_touch *t)
{
	race_cell fresh = race_judge_first_cell(t);
	uint32_t lives = race_shadow_lives_at(t->granule);

	if (race_overflow_has_few(list->room_bits) || list->count >> list->room_bits ||
	    list->readers & race_overflow_reader(fresh) ||
	    race_cell_tid(c0) == race_cell_tid(fresh) || !race_granule_may_stay(c0, t))
		return false;
	race_overflow_add(list, fresh);
	race_lend_note_read(fresh, t, lives);
	race_lend_first(list, list->count - 1, t);
	race_count(list_first_reads);
	return true;
}

/* A read that the thread has made before, beside what cannot race with it, takes its new epoch where
 * it stands: a variable that all threads read again and again keeps its place in all caches. */
static RACE_NOINLINE bool renew_read(struct race_overflow *list, race_cell c0,
                                     const struct race_touch *t, bool *lent)
{
	race_cell fresh = race_judge_first_cell(t);
	race_cell *cells = race_overflow_cells(list, list->room_bits);
	uint32_t own, lives = race_shadow_lives_at(t->granule);
	/* Then those of others need no look. */
	bool reads_alone = !race_overflow_has_few(list->room_bits) && list->readers != ~0ull;

	if (list->floor_rises != race_floor_rises() || race_lend_long_way())
		return false;
	take_own(list, t);
	own = list->count;
	for (uint32_t i = 0; i < list->count; i++)
		if (reads_alone && race_cell_tid(cells[i]) != race_cell_tid(fresh))
			continue;
		else if (race_cell_like(cells[i], fresh))
			own = i;
		else if (!race_granule_may_stay(cells[i], t))
			return false;
	/* Where the cell in front can go, it goes there, where the inlined test sees it. */
	if (own == list->count || (c0 && race_thread_knows(t->self, c0)) ||
	    !race_granule_may_stay(c0, t))
		return false;
	race_lend_note_read(fresh, t, lives);
	/* That it was read in this epoch had only been forgotten. */
	if (race_cell_same_epoch(cells[own], t->word))
		return true;
	race_store(&cells[own], fresh);
	race_count(list_renewals);
	*lent = race_reread_lend(t->self, t->granule, list, &cells[own]);
	return true;
}

static bool are_reads_of_others(struct race_overflow *list, const struct race_touch *t)
{
	const race_cell *cells = race_overflow_cells(list, list->room_bits);

	for (uint32_t i = 0; i < list->count; i++)
		if (race_cell_changed(cells[i]) || race_cell_tid(cells[i]) == t->self->tid)
			return false;
	return true;
}

/* The cell in front goes, as `fresh`, to the others, so that it can be lent; none is in front
 * from here on. */
static bool lend_front(struct race_overflow *list, race_cell c0, race_cell c1, race_cell fresh,
                       race_cell *shadow, const struct race_touch *t, bool *lent)
{
	uint32_t lives = race_shadow_lives_at(t->granule), last = list->count;
	race_cell *cells;

	race_overflow_grow(list);
	if (!race_shadow_swap(shadow, c0, c1, 0, c1))
		return false;
	cells = race_overflow_cells(list, list->room_bits);
	race_store(&cells[last], fresh);
	race_overflow_put(list, cells, last + 1);
	race_lend_note_read(fresh, t, lives);
	*lent = race_reread_lend(t->self, t->granule, list, &cells[last]);
	race_count(fronts_lent);
	return true;
}

/* The same for the cell in front; there, bytes may be added, too: `more`. Where older ones of the
 * thread may have these, all is judged, and they lose them. */
static RACE_NOINLINE bool renew_front(struct race_overflow *list, race_cell c0, race_cell c1,
                                      race_cell *shadow, const struct race_touch *t, bool *lent,
                                      bool more)
{
	race_cell fresh = race_judge_own_cell(more ? c0 : 0, t);
	race_cell *cells = race_overflow_cells(list, list->room_bits);

	if (race_lend_long_way())
		return false;
	for (uint32_t i = 0; i < list->count; i++)
		if (!race_granule_may_stay(cells[i], t))
			return false;
	if (are_reads_of_others(list, t))
		return lend_front(list, c0, c1, fresh, shadow, t, lent);
	if (more)
		return false;
	if (!race_shadow_swap(shadow, c0, c1, fresh, c1))
		return false;
	race_count(front_renewals);
	return true;
}

bool race_lend_read(struct race_overflow *list, race_cell c0, race_cell c1, race_cell *shadow,
                    const struct race_touch *t, bool *lent)
{
	bool more;

	if (!c0 || race_cell_tid(c0) != t->self->tid)
		return add_read(list, c0, t) || renew_read(list, c0, t, lent);
	more = race_cell_same_epoch(c0, t->word) && !race_cell_changed(c0);
	if (!more && !race_cell_like(c0, race_judge_first_cell(t)))
		return false;
	return renew_front(list, c0, c1, shadow, t, lent, more);
}
