/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * granule.c - where a granule's set of cells is kept, and how it changes (granule.h): two
 * cells in shadow, or one there and the others in an overflow list. judge.c says what the
 * set is after an access; here it takes the place of the old one in one step, or all is
 * looked at again.
 */
#include "granule.h"

#include "apart.h"
#include "floor.h"
#include "found.h"
#include "overflow.h"
#include "owner.h"
#include "reads.h"
#include "stats.h"

/* Room for the two cells of a granule and the access's own. Lists bring their own. */
#define PAIR_AND_OWN 3

/* Of a list, so many are judged in a copy. */
#define FEW 4

static uint32_t drop_below_floor(race_cell *cells, uint32_t count)
{
	uint32_t kept = 1;

	for (uint32_t i = 1; i < count; i++)
		if (!race_floor_covers(cells[i]))
			cells[kept++] = cells[i];
	return kept;
}

/* Tries to make the set fit into two cells. `rises` is when it was tried last: since then
 * nothing has sunk below the floor if that has not risen. */
static uint32_t squeeze(race_cell *cells, uint32_t count, struct race_thread *self,
                        uint32_t *rises)
{
	uint32_t kept = count, now = race_floor_rises();

	if (*rises != now)
		kept = drop_below_floor(cells, count);
	if (kept > 2)
		kept = race_apart_merge(self, cells, kept);
	if (kept > 2) {
		bool raised = race_floor_raise(self);

		if (race_floor_rises() != now) {
			now = race_floor_rises();
			kept = drop_below_floor(cells, kept);
		}
		if (raised)
			race_floor_helped(self, kept <= 2);
	}
	*rises = now;
	return kept;
}

static RACE_COLD void found(const struct race_touch *t, const struct race_outcome *out)
{
	race_count_many(RACE_STAT_races, out->races);
	for (uint32_t i = 0; i < out->races; i++) {
		struct race_found race = {
			.now_atomic = t->atomic,
			.now_write = t->write,
			.granule = t->granule,
			.mask = t->mask,
			.clash = out->race[i].bytes,
			.site = t->site,
			.before = out->race[i].before,
		};

		race_found_save_vectors(&race);
	}
}

/* ---- a granule with a list ---- */

/* Without the lock: does the list hold S's own cell of this epoch that covers it? */
static bool list_covers(struct race_overflow *list, race_cell c1, const race_cell *shadow,
                        const struct race_touch *t)
{
	uint32_t generation = race_load_acquire(&list->generation);
	uint32_t room_bits = race_load_acquire(&list->room_bits);
	race_cell *cells = race_overflow_cells(list, room_bits);
	uint32_t count = race_load(&list->count);
	bool covered = false;

	if (race_load_acquire(&shadow[1]) != c1 || !room_bits || count > 1u << room_bits)
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

static void note_read(const struct race_touch *t, race_cell c1)
{
	if (!t->write && !t->atomic)
		race_reads_note(t->self, t->granule, t->mask, c1);
}

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

/* The set, own cell first, becomes the granule's: one cell goes to the front, the others to
 * the list, whose lock we have. False: the granule is another's meanwhile. */
static bool spread(struct race_overflow *list, race_cell *cells, uint32_t count, race_cell c0,
                   race_cell c1, race_cell *shadow, const struct race_touch *t)
{
	race_cell front;
	uint32_t at;

	if (count <= 2) {
		bool done = race_shadow_swap(shadow, c0, c1, cells[0], count == 2 ? cells[1] : 0);

		if (done) {
			race_count(lists_left);
			race_overflow_recycle(list);
		}
		return done;
	}
	at = front_of(cells, count, c0, t);
	front = cells[at];
	cells[at] = cells[0];
	cells[0] = cells[count - 1];
	race_overflow_put(list, cells, count - 1);
	if (!race_shadow_swap(shadow, c0, c1, front, race_overflow_cell(list)))
		return false;
	if (at)
		note_read(t, race_overflow_cell(list));
	return true;
}

/* Now and then an access takes the long way, on which the set may become smaller. */
static bool takes_the_long_way(void)
{
	return !((uint64_t)__race_self.history & 31 << 3);
}

/* Called with the list's lock. A read that the thread has made before, beside what cannot race
 * with it, takes its new epoch where it stands: a variable that all threads read again and
 * again keeps its place in all caches. */
static bool renew_read(struct race_overflow *list, race_cell c1, race_cell *shadow,
                       const struct race_touch *t)
{
	race_cell fresh = race_judge_first_cell(t), c0 = race_load(&shadow[0]);
	race_cell *cells = race_overflow_cells(list, list->room_bits);
	uint32_t own = list->count;

	if (t->write || t->atomic || race_load(&shadow[1]) != c1 ||
	    list->floor_rises != race_floor_rises() || takes_the_long_way())
		return false;
	for (uint32_t i = 0; i < list->count; i++)
		if (race_cell_like(cells[i], fresh))
			own = i;
		else if (!race_granule_may_stay(cells[i], t))
			return false;
	if (own < list->count) {
		/* Else it goes to the front, where the inlined test sees it. */
		if (race_thread_knows(t->self, c0) || !race_granule_may_stay(c0, t))
			return false;
		race_store(&cells[own], fresh);
		note_read(t, c1);
	} else if (!race_cell_like(c0, fresh) || !race_shadow_swap(shadow, c0, c1, fresh, c1)) {
		return false;
	}
	race_count(list_renewals);
	return true;
}

/* Called with the list's lock. A few cells are judged in a copy, so that the list needs no room
 * for what does not stay. */
static bool touch_all_of(struct race_overflow *list, race_cell c1, race_cell *shadow,
                         const struct race_touch *t, struct race_outcome *out)
{
	race_cell few[FEW + 2], *cells = few, c0 = race_load(&shadow[0]);
	uint32_t count = list->count;

	if (race_load(&shadow[1]) != c1)
		return false;
	race_count(list_changes);
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
	if (out->covered)
		return true;
	if (count > 2)
		count = squeeze(cells, count, t->self, &list->floor_rises);
	return spread(list, cells, count, c0, c1, shadow, t);
}

/* The access to a granule whose cell 1 was the list's c1. False: look again. */
static bool touch_list(race_cell c1, race_cell *shadow, const struct race_touch *t,
                       struct race_outcome *out)
{
	struct race_overflow *list = race_overflow_of(c1);
	bool done;

	out->races = 0;
	if (list_covers(list, c1, shadow, t)) {
		out->covered = true;
		race_count(list_reads);
		note_read(t, c1);
		return true;
	}
	race_enter();
	race_spin_take(&list->lock);
	done = renew_read(list, c1, shadow, t) || touch_all_of(list, c1, shadow, t, out);
	race_spin_give(&list->lock);
	race_leave();
	return done;
}

/* A set of three is too much for shadow: gives it a list. False: look again. */
static bool make_list(race_cell c0, race_cell c1, race_cell *shadow, race_cell *cells,
                      uint32_t count, const struct race_touch *t)
{
	struct race_overflow *list;
	bool done;

	race_enter();
	list = race_overflow_new();
	list->floor_rises = RACE_FLOOR_NEVER;
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

/* ---- a granule ---- */

static bool touch_pair(race_cell c0, race_cell c1, race_cell *shadow, const struct race_touch *t,
                       struct race_outcome *out, bool alone)
{
	race_cell cells[PAIR_AND_OWN] = { c0, c1 };
	uint32_t count = c1 ? 2 : c0 ? 1 : 0, rises = RACE_FLOOR_NEVER;

	if (c1 && !c0)
		cells[0] = c1, count = 1;
	count = race_judge_cells(cells, count, t, out);
	if (out->covered) {
		race_count(covered);
		return true;
	}
	if (count > 2)
		count = squeeze(cells, count, t->self, &rises);
	if (count > 2)
		return make_list(c0, c1, shadow, cells, count, t);
	race_count(changed);
	return race_owner_swap(alone, shadow, c0, c1, cells[0], count == 2 ? cells[1] : 0);
}

/* ---- short ways ---- */

/* What stays of a cell beside an atomic access that cannot race with it. False: the whole set is
 * to be judged. */
static bool stays(race_cell c, const struct race_touch *t, race_cell *rest)
{
	*rest = c;
	if (!c)
		return true;
	if (!race_cell_is_atomic(c) || race_cell_is_list(c))
		return false;
	if (race_thread_knows(t->self, c))
		*rest = race_judge_rest(c, t);
	else if (race_judge_is_allocation(c))
		return false;
	return !*rest || !race_cell_same_epoch(c, t->word);
}

/* A counter that goes up at one place and down at another. */
static RACE_NOINLINE bool touch_at_new_place(race_cell c0, race_cell c1, race_cell fresh,
                                             race_cell *shadow, const struct race_touch *t,
                                             bool alone)
{
	race_cell rest0, rest1;

	if (!stays(c0, t, &rest0) || !stays(c1, t, &rest1) || (rest0 && rest1))
		return false;
	return race_owner_swap(alone, shadow, c0, c1, fresh, rest0 | rest1);
}

/* In a later epoch, the own cell is renewed beside whatever cannot race with an atomic. */
static bool touch_among_atomics(race_cell *shadow, const struct race_touch *t, bool alone)
{
	race_cell c0 = race_load(&shadow[0]), c1 = race_load(&shadow[1]);
	race_cell fresh = race_judge_first_cell(t), other = c1;

	if (race_granule_atomic_done(shadow, fresh, t->mask))
		return true;
	/* All but the epoch the same: tid, bytes and place. */
	if ((c0 ^ fresh) & RACE_BELOW_EPOCH) {
		other = c0;
		if ((c1 ^ fresh) & RACE_BELOW_EPOCH)
			return touch_at_new_place(c0, c1, fresh, shadow, t, alone);
	}
	if (other && (!race_cell_is_atomic(other) || race_cell_is_list(other) ||
	              race_judge_is_allocation(other) || race_cell_same_epoch(other, t->word)))
		return false;
	return race_owner_swap(alone, shadow, c0, c1, fresh, other);
}

bool race_granule_touch_atomic(const struct race_touch *t)
{
	bool done, alone = race_owner_open(t->granule, 8);

	done = touch_among_atomics(race_shadow_of(t->granule), t, alone);
	race_owner_close();
	if (done)
		race_count(atomics_again);
	return done;
}

/* Another place of the thread joins its cell of this epoch, beside what cannot race. */
static bool touch_own(race_cell *shadow, const struct race_touch *t, bool alone)
{
	race_cell c0 = race_load(&shadow[0]), c1 = race_load(&shadow[1]), rest = c1;

	if (t->atomic || !race_cell_same_epoch(c0, t->word) || race_cell_is_atomic(c0) ||
	    race_cell_same_epoch(c1, t->word) || race_cell_is_list(c1) || race_judge_covers(c0, t))
		return false;
	if (race_thread_knows(t->self, c1))
		rest = c1 ? race_judge_rest(c1, t) : 0;
	else if (t->write || race_cell_changed(c1))
		return false;
	return race_owner_swap(alone, shadow, c0, c1, race_judge_own_cell(c0, t), rest);
}

/* ---- all ways ---- */

static void touch(const struct race_touch *t, struct race_outcome *out, bool alone)
{
	race_cell *shadow = race_shadow_of(t->granule);
	bool done;

	if (touch_own(shadow, t, alone)) {
		race_count(joined);
		return;
	}
	do {
		race_cell c0 = race_load_acquire(&shadow[0]);
		race_cell c1 = race_load_acquire(&shadow[1]);

		if (race_cell_is_list(c1))
			done = touch_list(c1, shadow, t, out);
		else
			done = touch_pair(c0, c1, shadow, t, out, alone);
		if (!done)
			race_count(late);
	} while (!done);
}

void race_granule_touch(const struct race_touch *t)
{
	bool alone = race_owner_open(t->granule, 8);
	struct race_outcome out;

	out.races = 0;
	touch(t, &out, alone);
	race_owner_close();
	/* A report may wait for other threads. */
	if (race_unlikely(out.races != 0))
		found(t, &out);
}
