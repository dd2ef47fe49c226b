/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * range.c - ranges (range.h), page by page: each has its owner (owner.h). What the owner
 * does to a run of granules takes vector instructions (run_x86_64.S); where a page is
 * everybody's, each granule that changes takes a cmpxchg16b.
 */
#include "range.h"

#include "owner.h"
#include "reads.h"
#include "stats.h"

/* So many are looked at one by one before vectors pay. */
#define ONE_BY_ONE 8

/* What is to be done to a granule, and to which others besides. */
static void decide(struct race_run *run, race_cell c0, race_cell c1, const struct race_touch *t)
{
	uint64_t bits = race_granule_done_bits(0xff, t->write);
	bool done0 = !t->ends && !((c0 ^ t->word) & bits);
	bool done1 = !t->write && !((c1 ^ t->word) & bits);

	if (done0 || done1) {
		run->what = RACE_WHOLE_DONE;
		run->mask[0] = done0 ? bits : 0;
		run->mask[1] = done0 ? 0 : bits;
	} else {
		run->what = race_granule_decide(c0, c1, t);
		run->mask[0] = run->mask[1] = ~RACE_SITE_MASK;
	}
	run->like[0] = c0;
	run->like[1] = c1;
}

RACE_INLINE bool is_alike(const race_cell *cells, const struct race_run *run)
{
	return !(((race_load(&cells[0]) ^ run->like[0]) & run->mask[0]) |
	         ((race_load(&cells[1]) ^ run->like[1]) & run->mask[1]));
}

static bool act(race_cell *cells, const struct race_run *run, bool alone)
{
	race_cell c0 = race_load(&cells[0]), c1 = race_load(&cells[1]), beside = 0;

	if (run->what == RACE_WHOLE_DONE)
		return true;
	/* Somebody else changed it since it was decided on. */
	if (!alone && !is_alike((race_cell[]){ c0, c1 }, run))
		return false;
	if (run->what != RACE_WHOLE_ONLY)
		beside = run->what == RACE_WHOLE_BESIDE ? c1 : c0;
	return race_owner_swap(alone, cells, c0, c1, run->own, beside);
}

/* As far as what was decided for the first one goes. */
static race_cell *go_along(race_cell *cells, const race_cell *behind, const struct race_run *run,
                           bool alone)
{
	bool vectors = alone || run->what == RACE_WHOLE_DONE;

	for (uint32_t i = 0; cells < behind && is_alike(cells, run); i++, cells += 2) {
		if (i == ONE_BY_ONE && vectors) {
			cells = race_run_along(cells, behind, run);
			if (cells == behind || !is_alike(cells, run))
				break;
		}
		if (!act(cells, run, alone))
			break;
	}
	return cells;
}

/* On a page of the readers', as far as all that is done is to give the thread's reads a new
 * epoch. */
static race_cell *renew_along(race_cell *cells, const race_cell *behind, race_cell fresh,
                              const struct race_touch *t)
{
	const uint64_t bits = race_granule_done_bits(0xff, false);

	for (; cells < behind; cells += 2) {
		race_cell c0 = race_load(&cells[0]), c1 = race_load(&cells[1]);

		if (!((c0 ^ t->word) & bits) || !((c1 ^ t->word) & bits))
			continue;
		if (race_cell_like(c0, fresh) && race_granule_may_stay(c1, t))
			race_store(&cells[0], fresh);
		else if (race_cell_like(c1, fresh) && race_granule_may_stay(c0, t))
			race_store(&cells[1], fresh);
		else
			break;
	}
	return cells;
}

/* Is all that is done to the granules of the run to give the thread's reads a new epoch? */
static bool is_renewal(const struct race_run *run)
{
	return (run->what == RACE_WHOLE_BESIDE && race_cell_like(run->like[0], run->own)) ||
	       (run->what == RACE_WHOLE_SHIFTED && race_cell_like(run->like[1], run->own));
}

/* What has a list is the same each time an epoch reads it. */
static bool is_read_before(const race_cell *cells, const struct race_touch *t)
{
	/* Partner: what puts the list's name there, behind the new life's count. */
	return !t->write && race_cell_is_list(race_load_acquire(&cells[1])) &&
	       race_reads_has(t->self, t->granule, 0xff);
}

static void touch_page(struct race_touch *t, uint64_t addr, uint64_t last, uint64_t end)
{
	race_cell *first = race_shadow_of(addr), *cells = first;
	const race_cell *behind = first + (last - addr) / 4;
	struct race_run run;
	uint32_t renewed = 0;
	bool alone, others = false;

	run.own = race_judge_first_cell(t);
	if (!t->write && race_owner_open_to_renew(addr)) {
		cells = renew_along(cells, behind, run.own, t);
		race_owner_close();
		if (cells == behind)
			return;
	}
	alone = race_owner_open(addr, end - addr);

	while (cells < behind) {
		decide(&run, race_load(&cells[0]), race_load(&cells[1]), t);
		if (run.what != RACE_WHOLE_UNUSUAL) {
			race_cell *from = cells;

			cells = go_along(from, behind, &run, alone);
			race_count_many(run.what == RACE_WHOLE_DONE ? RACE_STAT_granules_done :
			                                              RACE_STAT_granules_alike,
			                (uint64_t)(cells - from) / 2);
			if (is_renewal(&run))
				renewed += (uint32_t)(cells - from) / 2;
			else
				others |= run.what != RACE_WHOLE_DONE;
			continue;
		}
		t->granule = addr + (uint64_t)(cells - first) * 4;
		if (is_read_before(cells, t)) {
			cells += 2;
			continue;
		}
		/* It opens a window of its own, and may report. */
		race_owner_close();
		race_count(granules_alone);
		others = true;
		race_granule_touch(t);
		cells += 2;
		alone = race_owner_open(addr, end - addr);
	}
	race_owner_close();
	if (!alone && (renewed || others))
		race_owner_note(addr, others ? 0 : renewed);
}

void race_range_touch(struct race_touch *t, uint64_t addr, uint64_t end)
{
	t->mask = 0xff;
	while (addr < end) {
		uint64_t next = (addr | (RACE_PAGE_BYTES - 1)) + 1, last = next < end ? next : end;

		if (t->atomic) {
			t->granule = addr;
			race_granule_touch(t);
			last = addr + 8;
		} else {
			touch_page(t, addr, last, end);
		}
		addr = last;
	}
}
