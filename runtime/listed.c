/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * listed.c - a granule with a list (listed.h): how its set changes. Whoever changes it has the
 * list's lock; one cell of the set is in shadow, in front.
 */
#include "listed.h"

#include "calm.h"
#include "lend.h"
#include "owner.h"
#include "squeeze.h"
#include "stats.h"

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

RACE_INLINE bool swap(race_cell *shadow, race_cell c0, race_cell c1, race_cell new0,
                      race_cell new1, const struct race_touch *t)
{
	return race_owner_swap(race_owner_is_alone(t->granule), shadow, c0, c1, new0, new1);
}

/* Two cells, own one first, suffice. */
static bool leave(struct race_overflow *list, race_cell *cells, uint32_t count, race_cell c0,
                  race_cell c1, race_cell *shadow, const struct race_touch *t)
{
	if (count == 1)
		cells[1] = 0;
	else
		cells[1] = race_reread_take(t->granule, cells[1]);
	if (!swap(shadow, c0, c1, cells[0], cells[1], t))
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
	if (c0 || !race_cell_is_list(c1) || !race_judge_is_plain_read(t)) {
		at = front_of(cells, count, c0, t);
		front = cells[at];
		cells[at] = cells[0];
		cells[0] = cells[--count];
	}
	race_overflow_put(list, cells, count);
	if (!swap(shadow, c0, c1, front, race_overflow_cell(list), t))
		return false;
	if (at || !front) {
		race_lend_note_read(own, t, lives);
		if (!race_cell_changed(front) || race_thread_knows(t->self, front))
			race_lend_first(list, at == count ? 0 : at, t);
	}
	return true;
}

/* The cells have the access already. */
static void note_covered(const race_cell *cells, uint32_t count, const struct race_touch *t,
                         uint32_t lives)
{
	for (uint32_t i = 0; i < count; i++)
		if (race_cell_same_epoch(cells[i], t->word) && race_judge_covers(cells[i], t))
			race_lend_note_read(cells[i], t, lives);
}

/* Called with the list's lock. Nothing races, and there are not many: what stays is found in one
 * go, in a copy. */
static bool touch_calm(struct race_overflow *list, race_cell c0, race_cell c1, race_cell *shadow,
                       const struct race_touch *t)
{
	uint32_t lives = race_shadow_lives_at(t->granule), before = list->count + 1u;
	race_cell *cells = race_overflow_cells(list, list->room_bits);
	enum race_calm_step step;
	struct race_calm calm;

	if (before > RACE_CALM_MOST)
		return false;
	race_calm_begin(&calm);
	step = race_calm_add(&calm, c0, t);
	for (uint32_t i = 0; i < list->count && step == RACE_CALM_ADDED; i++)
		step = race_calm_add(&calm, cells[i], t);
	if (step == RACE_CALM_COVERED)
		note_covered(cells, list->count, t, lives);
	if (step != RACE_CALM_ADDED)
		return step == RACE_CALM_COVERED;
	race_count(list_calm);
	calm.cells[0] = race_judge_own_cell(calm.own, t);
	if (calm.count > 2)
		calm.count = race_squeeze(calm.cells, calm.count, t->self, &list->floor_rises,
		                          calm.count > before || race_lend_long_way());
	return spread(list, calm.cells, calm.count, c0, c1, shadow, t);
}

/* Called with the list's lock. */
static bool touch_all_of(struct race_overflow *list, race_cell c0, race_cell c1, race_cell *shadow,
                         const struct race_touch *t, struct race_outcome *out)
{
	uint32_t count = list->count, lives = race_shadow_lives_at(t->granule);
	race_cell *cells;

	race_count(list_changes);
	race_overflow_grow(list);
	cells = race_overflow_cells(list, list->room_bits);
	if (c0)
		cells[count++] = c0;
	count = race_judge_cells(cells, count, t, out);
	if (out->covered) {
		note_covered(cells, count, t, lives);
		return true;
	}
	if (count > 2)
		count = race_squeeze(cells, count, t->self, &list->floor_rises, true);
	return spread(list, cells, count, c0, c1, shadow, t);
}

static bool touch(struct race_overflow *list, race_cell c1, race_cell *shadow,
                  const struct race_touch *t, struct race_outcome *out, bool *lent)
{
	race_cell c0 = race_load(&shadow[0]);

	if (race_load(&shadow[1]) != c1)
		return false;
	if (race_judge_is_plain_read(t) && race_lend_read(list, c0, c1, shadow, t, lent))
		return true;
	if (list->lent)
		race_lend_settle(list, t);
	return touch_calm(list, c0, c1, shadow, t) || touch_all_of(list, c0, c1, shadow, t, out);
}

bool race_listed_touch(race_cell c1, race_cell *shadow, const struct race_touch *t,
                       struct race_outcome *out)
{
	struct race_overflow *list = race_overflow_of(c1);
	bool done, lent = true;

	if (t->atomic && list_covers(list, c1, shadow, t)) {
		race_count(list_reads);
		return true;
	}
	race_enter();
	race_lend_make_ready(t, c1);
	race_spin_take(&list->lock);
	done = touch(list, c1, shadow, t, out, &lent);
	race_spin_give(&list->lock);
	if (!lent)
		race_reread_make_room(t->self, t->granule);
	race_leave();
	return done;
}

bool race_listed_load_again(uint64_t addr, uint64_t bytes)
{
	const race_cell *shadow = race_shadow_of(addr & ~7ull);
	/* Partner: the swap that puts a list's name there. */
	race_cell c1 = race_load_acquire(&shadow[1]);
	struct race_touch t = { .atomic = true };
	bool done;

	if (!race_cell_is_list(c1) || (addr & 7) + bytes > 8)
		return false;
	race_enter(); /* so that no epoch gets another number meanwhile */
	t.word = __race_self.word;
	t.mask = ((1u << bytes) - 1) << (addr & 7);
	done = list_covers(race_overflow_of(c1), c1, shadow, &t);
	race_leave();
	if (done)
		race_count(list_reads);
	return done;
}

bool race_listed_make(race_cell c0, race_cell c1, race_cell *shadow, race_cell *cells,
                      uint32_t count, uint32_t rises, const struct race_touch *t)
{
	struct race_overflow *list;
	bool done;

	race_enter();
	race_lend_make_ready(t, 0);
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
