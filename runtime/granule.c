/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * granule.c - where a granule's set of cells is kept, and how it changes (granule.h): two
 * cells in shadow, or one there and the others in an overflow list. judge.c says what the
 * set is after an access; here it takes the place of the old one in one step, or all is
 * looked at again.
 */
#include "granule.h"

#include "calm.h"
#include "floor.h"
#include "found.h"
#include "listed.h"
#include "owner.h"
#include "rereads.h"
#include "squeeze.h"
#include "stats.h"

/* Room for the two cells of a granule and the access's own. */
#define PAIR_AND_OWN 3

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

/* ---- a granule ---- */

/* The set, own cell first, becomes the granule's, which had no list. False: look again. */
static bool settle_pair(race_cell c0, race_cell c1, race_cell *shadow, race_cell *cells,
                        uint32_t count, const struct race_touch *t, bool alone)
{
	uint32_t rises = RACE_FLOOR_NEVER;

	if (count > 2)
		count = race_squeeze(cells, count, t->self, &rises, true);
	if (count > 2)
		return race_listed_make(c0, c1, shadow, cells, count, rises, t);
	return race_owner_swap(alone, shadow, c0, c1, cells[0], count == 2 ? cells[1] : 0);
}

static bool judge_pair(race_cell c0, race_cell c1, race_cell *shadow, const struct race_touch *t,
                       struct race_outcome *out, bool alone)
{
	race_cell cells[PAIR_AND_OWN] = { c0, c1 };
	uint32_t count = c1 ? 2 : c0 ? 1 : 0;

	if (c1 && !c0)
		cells[0] = c1, count = 1;
	count = race_judge_cells(cells, count, t, out);
	if (out->covered) {
		race_count(covered);
		return true;
	}
	race_count(changed);
	return settle_pair(c0, c1, shadow, cells, count, t, alone);
}

static bool touch_pair(race_cell c0, race_cell c1, race_cell *shadow, const struct race_touch *t,
                       struct race_outcome *out, bool alone)
{
	struct race_calm calm;
	enum race_calm_step step;

	race_calm_begin(&calm);
	step = race_calm_add(&calm, c0, t);
	if (step == RACE_CALM_ADDED)
		step = race_calm_add(&calm, c1, t);
	if (step == RACE_CALM_COVERED) {
		race_count(covered);
		return true;
	}
	if (step == RACE_CALM_UNUSUAL)
		return judge_pair(c0, c1, shadow, t, out, alone);
	race_count(calm);
	calm.cells[0] = race_judge_own_cell(calm.own, t);
	return settle_pair(c0, c1, shadow, calm.cells, calm.count, t, alone);
}

/* ---- short ways ---- */

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
			return false;
	}
	if (!race_granule_atomic_beside(other, t->word))
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

/* What the thread alone keeps: a read that it makes again, or goes on with. */
static bool touch_reread(race_cell c1, const struct race_touch *t)
{
	race_cell fresh, before;
	struct race_reread *entry;

	if (!race_judge_is_plain_read(t))
		return false;
	entry = race_reread_find(t->self, t->granule, c1);
	if (!entry)
		return false;
	fresh = race_judge_first_cell(t);
	before = race_load(&entry->cell);
	if (race_cell_same_epoch(before, t->word)) {
		if (race_judge_covers(before, t))
			return true;
		fresh = race_judge_own_cell(before, t);
	} else if (!race_cell_like(before, fresh)) {
		return false;
	}
	if (!race_reread_change(entry, before, fresh))
		return false;
	race_count(rereads);
	return true;
}

/* ---- all ways ---- */

static void touch(const struct race_touch *t, struct race_outcome *out, bool alone)
{
	race_cell *shadow = race_shadow_of(t->granule);
	bool done;

	do {
		/* Partner: the swap that puts them, or a list's name, there. */
		race_cell c0 = race_load_acquire(&shadow[0]);
		race_cell c1 = race_load_acquire(&shadow[1]);

		if (race_cell_is_list(c1))
			done = touch_reread(c1, t) || race_listed_touch(c1, shadow, t, out);
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
	out.displaced = false;
	touch(t, &out, alone);
	race_owner_close();
	if (race_unlikely(out.displaced))
		race_shadow_end_life(t->granule);
	/* A report may wait for other threads. */
	if (race_unlikely(out.races != 0))
		found(t, &out);
}
