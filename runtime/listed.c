/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * listed.c - a granule with a list (listed.h): how its set changes. Whoever changes it has the
 * list's lock; one cell of the set is in shadow, in front.
 */
#include "listed.h"

#include "floor.h"
#include "granule.h"
#include "overflow.h"
#include "reads.h"
#include "rereads.h"
#include "squeeze.h"
#include "stats.h"

/* Of a list, so many are judged in a copy. */
#define FEW 4
_Static_assert(1 + FEW <= RACE_CALM_MOST, "the front cell and those");

/* Without the lock: does the list hold S's own cell of this epoch that covers it? */
static bool list_covers(struct race_overflow *list, race_cell c1, const race_cell *shadow,
                        const struct race_touch *t)
{
	uint32_t generation = race_load_acquire(&list->generation);
	uint32_t room_bits = race_load_acquire(&list->room_bits);
	race_cell *cells = race_overflow_cells(list, room_bits);
	uint32_t count = race_load(&list->count);
	bool covered = false;

	/* Behind all of these: an array of this generation, if it is one. Partner: the release of
	 * the next one in race_overflow_recycle. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	if (race_load(&shadow[1]) != c1 || !room_bits || count > 1u << room_bits ||
	    race_load(&list->generation) != generation)
		return false;
	for (uint32_t i = 0; i < count && !covered; i++) {
		race_cell c = race_load(&cells[i]);

		covered = race_cell_same_epoch(c, t->word) && race_judge_covers(c, t);
	}
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return covered && race_load(&list->room_bits) == room_bits &&
	       race_overflow_cells(list, room_bits) == cells &&
	       race_load(&list->generation) == generation && race_load(&shadow[1]) == c1;
}

static bool is_plain_read(const struct race_touch *t)
{
	return !t->write && !t->atomic;
}

/* What the thread's cell of this epoch has. */
static void note_read(race_cell own, const struct race_touch *t, uint32_t lives)
{
	if (is_plain_read(t))
		race_reads_note(t->self, t->granule, race_cell_plain(own), t->word | lives);
}

/* The cells have the access already. */
static void note_covered(const race_cell *cells, uint32_t count, const struct race_touch *t,
                         uint32_t lives)
{
	for (uint32_t i = 0; i < count; i++)
		if (race_cell_same_epoch(cells[i], t->word) && race_judge_covers(cells[i], t))
			note_read(cells[i], t, lives);
}

/* ---- cells that are lent (rereads.h): all below is called with the list's lock ---- */

/* Bytes that were added to the thread's latest cell while it was lent are in older ones, too. */
static void drop_older_reads(struct race_overflow *list, race_cell latest)
{
	race_cell *cells = race_overflow_cells(list, list->room_bits);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < list->count; i++) {
		race_cell c = cells[i];

		if (c != latest && race_cell_tid(c) == race_cell_tid(latest) && !race_cell_is_atomic(c))
			c = race_judge_without(c, race_cell_plain(latest) & ~race_cell_changed(c));
		if (c)
			race_store(&cells[kept++], c);
	}
	race_store(&list->count, (uint16_t)kept);
}

/* self's own is not lent any more. */
static void take_own(struct race_overflow *list, const struct race_touch *t)
{
	race_cell *cells = race_overflow_cells(list, list->room_bits);

	for (uint32_t i = 0; list->lent && i < list->count; i++) {
		if (race_cell_tid(cells[i]) != t->self->tid || !race_reread_is_lent(cells[i]))
			continue;
		race_store(&cells[i], race_reread_take(t->granule, cells[i]));
		drop_older_reads(list, cells[i]);
		return;
	}
}

/* A cell as the access is to judge it. To a read nothing matters of others' but what it knows:
 * that may go, and nothing else lies below the floor. Whose older epoch is not known has no later
 * one that is. */
static race_cell settled(race_cell c, const struct race_touch *t)
{
	if (is_plain_read(t)) {
		if (race_thread_knows(t->self, c))
			c = race_reread_see(t->granule, c);
		if (!race_thread_knows(t->self, c))
			return c;
	}
	return race_reread_take(t->granule, c);
}

static void settle(struct race_overflow *list, const struct race_touch *t)
{
	race_cell *cells = race_overflow_cells(list, list->room_bits);

	take_own(list, t);
	for (uint32_t i = 0; list->lent && i < list->count; i++)
		race_store(&cells[i], settled(cells[i], t));
}

/* A read of some bytes: most likely others of them come next. */
static bool may_go_on(const struct race_touch *t)
{
	return is_plain_read(t) && t->mask != 0xff;
}

/* The read's cell, at `own` in the list, is lent at once if more of it may come. */
static void lend_first(struct race_overflow *list, uint32_t own, const struct race_touch *t)
{
	race_cell *cells = race_overflow_cells(list, list->room_bits);

	if (!may_go_on(t) || race_cell_changed(cells[own]))
		return;
	for (uint32_t i = 0; i < list->count; i++)
		if (race_cell_changed(cells[i]) && !race_thread_knows(t->self, cells[i]))
			return;
	race_reread_lend(t->self, t->granule, list, &cells[own]);
}

/* ---- the set changes ---- */

/* Which of the set, own cell first, is to be cell 0? The own one, unless this is a read
 * beside another thread that uses the granule as well: threads that read the same do not
 * take the cell from each other all the time. */
static uint32_t front_of(const race_cell *cells, uint32_t count, race_cell c0,
                         const struct race_touch *t)
{
	if (t->write || t->atomic || race_thread_knows(t->self, c0))
		return 0;
	for (uint32_t i = 1; i < count; i++)
		if (cells[i] == c0)
			return i;
	return 0;
}

/* Two cells, own one first, suffice. */
static bool leave(struct race_overflow *list, race_cell *cells, uint32_t count, race_cell c0,
                  race_cell c1, race_cell *shadow, const struct race_touch *t)
{
	if (count == 1)
		cells[1] = 0;
	else
		cells[1] = race_reread_take(t->granule, cells[1]);
	if (!race_shadow_swap(shadow, c0, c1, cells[0], cells[1]))
		return false;
	race_count(lists_left);
	race_shadow_end_life(t->granule);
	race_overflow_recycle(list);
	return true;
}

/* The set, own cell first, becomes the granule's: one cell goes to the front, the others to
 * the list, whose lock we have. False: the granule is another's meanwhile. */
static bool spread(struct race_overflow *list, race_cell *cells, uint32_t count, race_cell c0,
                   race_cell c1, race_cell *shadow, const struct race_touch *t)
{
	uint32_t at = 0, lives = race_shadow_lives_at(t->granule);
	race_cell front = 0, own = cells[0];

	if (count <= 2)
		return leave(list, cells, count, c0, c1, shadow, t);
	/* Where none is in front (lend_front), a read leaves it so. */
	if (c0 || !race_cell_is_list(c1) || !is_plain_read(t)) {
		at = front_of(cells, count, c0, t);
		front = cells[at];
		cells[at] = cells[0];
		cells[0] = cells[--count];
	}
	race_overflow_put(list, cells, count);
	if (!race_shadow_swap(shadow, c0, c1, front, race_overflow_cell(list)))
		return false;
	if (at || !front) {
		note_read(own, t, lives);
		if (!race_cell_changed(front) || race_thread_knows(t->self, front))
			lend_first(list, at == count ? 0 : at, t);
	}
	return true;
}

/* Now and then an access takes the long way, on which the set may become smaller. */
static bool takes_the_long_way(void)
{
	return !((uint64_t)__race_self.history & 31 << 3);
}

/* Called with the list's lock. The first read of a thread's beside those of many others needs
 * none of them, where there is room: the next time that there is none, all are judged. */
static bool add_read(struct race_overflow *list, race_cell c1, race_cell *shadow,
                     const struct race_touch *t)
{
	race_cell fresh = race_judge_first_cell(t), c0 = race_load(&shadow[0]);
	uint32_t lives = race_shadow_lives_at(t->granule);

	if (!is_plain_read(t) || race_load(&shadow[1]) != c1 ||
	    race_overflow_has_few(list->room_bits) || list->count >> list->room_bits ||
	    list->readers & race_overflow_reader(fresh) ||
	    race_cell_tid(c0) == race_cell_tid(fresh) || !race_granule_may_stay(c0, t))
		return false;
	race_overflow_add(list, fresh);
	note_read(fresh, t, lives);
	lend_first(list, list->count - 1, t);
	race_count(list_first_reads);
	return true;
}

/* Called with the list's lock. A read that the thread has made before, beside what cannot race
 * with it, takes its new epoch where it stands: a variable that all threads read again and
 * again keeps its place in all caches. */
static bool renew_read(struct race_overflow *list, race_cell c1, race_cell *shadow,
                       const struct race_touch *t, bool *lent)
{
	race_cell fresh = race_judge_first_cell(t), c0 = race_load(&shadow[0]);
	race_cell *cells = race_overflow_cells(list, list->room_bits);
	uint32_t own, lives = race_shadow_lives_at(t->granule);
	/* Then those of others need no look. */
	bool reads_alone = !race_overflow_has_few(list->room_bits) && list->readers != ~0ull;

	if (!is_plain_read(t) || race_load(&shadow[1]) != c1 ||
	    list->floor_rises != race_floor_rises() || takes_the_long_way())
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
	race_store(&cells[own], fresh);
	note_read(fresh, t, lives);
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
	note_read(fresh, t, lives);
	*lent = race_reread_lend(t->self, t->granule, list, &cells[last]);
	race_count(fronts_lent);
	return true;
}

/* The same for the cell in front; there, bytes may be added, too. */
static bool renew_front(struct race_overflow *list, race_cell c0, race_cell c1, race_cell *shadow,
                        const struct race_touch *t, bool *lent)
{
	race_cell fresh = race_judge_first_cell(t);
	race_cell *cells = race_overflow_cells(list, list->room_bits);
	bool more = race_cell_same_epoch(c0, t->word) && !race_cell_changed(c0);

	if (more)
		fresh = race_judge_own_cell(c0, t);
	if (!is_plain_read(t) || (!more && !race_cell_like(c0, fresh)) ||
	    race_load(&shadow[1]) != c1 || takes_the_long_way())
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

/* Called with the list's lock. A few cells are judged in a copy, so that the list needs no room
 * for what does not stay. */
static bool touch_all_of(struct race_overflow *list, race_cell c1, race_cell *shadow,
                         const struct race_touch *t, struct race_outcome *out)
{
	race_cell few[FEW + 2], *cells = few, c0 = race_load(&shadow[0]);
	uint32_t count, lives = race_shadow_lives_at(t->granule);

	if (race_load(&shadow[1]) != c1)
		return false;
	race_count(list_changes);
	settle(list, t);
	count = list->count;
	if (count > FEW) {
		race_overflow_grow(list);
		cells = race_overflow_cells(list, list->room_bits);
	} else {
		for (uint32_t i = 0; i < count; i++)
			few[i] = race_overflow_cells(list, list->room_bits)[i];
	}
	if (c0)
		cells[count++] = c0;
	count = race_judge_cells(cells, count, t, out);
	if (out->covered) {
		note_covered(cells, count, t, lives);
		return true;
	}
	if (count > 2)
		count = race_squeeze(cells, count, t->self, &list->floor_rises);
	return spread(list, cells, count, c0, c1, shadow, t);
}

bool race_listed_touch(race_cell c1, race_cell *shadow, const struct race_touch *t,
                       struct race_outcome *out)
{
	struct race_overflow *list = race_overflow_of(c1);
	bool done, lent = true;

	out->races = 0;
	out->displaced = false;
	if (!is_plain_read(t) && list_covers(list, c1, shadow, t)) {
		out->covered = true;
		race_count(list_reads);
		return true;
	}
	race_enter();
	if (may_go_on(t))
		race_reread_clear(t->self, t->granule, c1);
	race_spin_take(&list->lock);
	done = add_read(list, c1, shadow, t) || renew_read(list, c1, shadow, t, &lent) ||
	       touch_all_of(list, c1, shadow, t, out);
	race_spin_give(&list->lock);
	if (!lent)
		race_reread_make_room(t->self, t->granule);
	race_leave();
	return done;
}

bool race_listed_make(race_cell c0, race_cell c1, race_cell *shadow, race_cell *cells,
                      uint32_t count, uint32_t rises, const struct race_touch *t)
{
	struct race_overflow *list;
	bool done;

	race_enter();
	if (may_go_on(t))
		race_reread_clear(t->self, t->granule, 0);
	list = race_overflow_new();
	list->floor_rises = rises;
	race_shadow_note_list(shadow);
	done = spread(list, cells, count, c0, c1, shadow, t);
	if (done)
		race_count(lists_made);
	else
		race_overflow_recycle(list);
	race_spin_give(&list->lock);
	race_leave();
	return done;
}

/* Called with the list's lock. */
static bool touch_calm_list(struct race_overflow *list, struct race_calm *calm, race_cell c0,
                            race_cell c1, race_cell *shadow, const struct race_touch *t)
{
	race_cell *cells = race_overflow_cells(list, list->room_bits);
	uint32_t rises = race_floor_rises();

	if (race_load(&shadow[0]) != c0 || race_load(&shadow[1]) != c1 || list->count > FEW ||
	    takes_the_long_way())
		return false;
	settle(list, t);
	for (uint32_t i = 0; i < list->count; i++)
		if (!race_calm_add(calm, cells[i], t))
			return false;
	if (calm->count > 2 && list->floor_rises != rises) {
		calm->count = race_squeeze_below_floor(calm->cells, calm->count);
		list->floor_rises = rises;
	}
	if (calm->count > list->count + 1u && calm->count > 2)
		return false;
	calm->cells[0] = race_judge_own_cell(calm->own, t);
	return spread(list, calm->cells, calm->count, c0, c1, shadow, t);
}

/* Nothing races: no need to look for the access in the list first. */
bool race_listed_touch_calm(struct race_calm *calm, race_cell c0, race_cell c1, race_cell *shadow,
                            const struct race_touch *t)
{
	struct race_overflow *list = race_overflow_of(c1);
	bool done, lent = true;

	race_enter();
	race_spin_take(&list->lock);
	done = renew_front(list, c0, c1, shadow, t, &lent) ||
	       touch_calm_list(list, calm, c0, c1, shadow, t);
	race_spin_give(&list->lock);
	if (!lent)
		race_reread_make_room(t->self, t->granule);
	race_leave();
	return done;
}
