/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * found.c - names both sides of a race (found.h). A race in a hot loop is met a million
 * times: one that looks like one seen before (same place and stack now, same place
 * before) is left at once.
 */
#include "found.h"

#include "alloc.h"
#include "benign.h"
#include "history.h"
#include "ignored.h"
#include "report.h"
#include "seen.h"
#include "site.h"
#include "sleep.h"
#include "thread.h"
#include "unwind.h"

#define SEEN_SLOTS (1u << 14)

static uint64_t seen[SEEN_SLOTS];
static uint32_t told_as[SEEN_SLOTS]; /* its number, to count it again */

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 29;
}

/* If not, *slot is for its number. */
static bool seen_before(uint64_t now_leaf, uint64_t before_leaf, uint32_t **slot)
{
	struct race_stack calls;
	uint64_t hash = mix(now_leaf << 16, before_leaf);

	race_history_present(&__race_self, 0, &calls);
	for (uint32_t i = 0; i < calls.count; i++)
		hash = mix(hash, calls.pc[i]);
	*slot = &told_as[hash & (SEEN_SLOTS - 1)];
	if (__atomic_exchange_n(&seen[hash & (SEEN_SLOTS - 1)], hash | 1, __ATOMIC_RELAXED) !=
	    (hash | 1)) {
		race_store(*slot, 0);
		return false;
	}
	race_seen_again(race_load(*slot));
	return true;
}

/* `mask` are the bytes that raced, `touched` those that a cell or the access has. */
static void fill_side(struct race_side *side, uint32_t leaf, uint64_t granule, uint32_t mask,
                      uint32_t touched)
{
	struct race_place place = race_site_place(leaf);
	uint32_t first = mask ? __builtin_ctz(mask) : 0;

	/* Of the earlier access the common bytes are known; it was aligned, most likely. */
	if (place.bytes <= 8 && !(place.bytes & (place.bytes - 1)) &&
	    (touched >> (first & -place.bytes) & ((1u << place.bytes) - 1)) ==
	            (1u << place.bytes) - 1)
		first &= -place.bytes;
	side->addr = granule + first;
	side->size = place.bytes;
	side->kind = place.kind;
	side->function = place.function;
	side->site = place.site;
	side->column = place.column;
	side->stack.count = 1;
	side->stack.cut = false;
	side->stack.pc[0] = place.pc;
}

void race_found_release(void)
{
	struct race_thread *self = race_self();
	struct race_found *held = self->held_races;
	uint32_t count = self->held_count;

	self->held_races = NULL;
	self->held_count = 0;
	for (uint32_t i = 0; i < count; i++)
		race_found(&held[i]);
}

static bool hold(const struct race_found *race)
{
	struct race_thread *self = race_self();

	if (!self->held_races || self->held_count == RACE_FOUND_HELD)
		return false;
	self->held_races[self->held_count++] = *race;
	return true;
}

/* The bytes that both touch. */
static bool is_benign(const struct race_found *race)
{
	uint32_t first = __builtin_ctz(race->clash), last = 31 - __builtin_clz(race->clash);

	return race_benign_has(race->granule + first, last - first + 1);
}

/* The access that was made: how its thread came there, and what it held. */
static void fill_before(struct race_race *report, const struct race_found *race, uint32_t leaf)
{
	struct race_side *before = &report->before;
	struct race_past past = { 0 };
	uint64_t known = race_self()->clock[race_cell_tid(race->before)] >> RACE_CELL_EPOCH_SHIFT;

	race_thread_facts(race->before, &before->thread);
	if (known >= race_cell_epoch(race->before))
		known = race_cell_epoch(race->before) - 1;
	before->stack_lost = !race_history_restore(race->before, known, race->granule, leaf,
	                                           &before->calls, &past);
	before->stack = before->calls;
	before->holds = past.holds;
	report->slept = race_sleep_separates(race_self(), race->before, &past, &report->sleep);
}

static void fill_now(struct race_side *now)
{
	struct race_thread *self = race_self();

	race_history_present(&__race_self, now->stack.pc[0], &now->calls);
	if (!race_unwind(now->stack.pc[0], &now->stack))
		now->stack = now->calls;
	race_thread_facts(__race_self.word, &now->thread);
	now->holds.known = true;
	now->holds.count = race_held_copy(self, now->holds.hold, RACE_HOLDS_TOLD);
}

/* Of several places that the cell had, the one behind the first byte, which is told. Where places
 * do not tell their bytes, the cell does: what it has not written it has read. */
static uint32_t place_before(const struct race_found *race)
{
	uint32_t site = race_cell_site(race->before), first = race->clash & -race->clash, leaf = 0;

	if (!(race_cell_changed(race->before) & first))
		leaf = race_site_find_read(site, first);
	if (!leaf)
		leaf = race_site_find(site, first, !race->now_write, race->now_atomic);
	return leaf ? leaf :
	              race_site_find(site, race->clash, !race->now_write, race->now_atomic);
}

void race_found(const struct race_found *race)
{
	uint32_t leaf = place_before(race);
	struct race_race *report;
	uint32_t *number;

	if (hold(race))
		return;
	if (race->clash && is_benign(race))
		return;
	if (race_ignored_has(__race_self.word, race->now_write) ||
	    race_ignored_has(race->before, race_kind_is_write(race_site_place(leaf).kind)))
		return;
	race_enter();
	if (!seen_before(race->site, leaf, &number)) {
		report = race_alloc(sizeof(*report));
		fill_side(&report->now, race->site, race->granule, race->mask, race->mask);
		fill_side(&report->before, leaf, race->granule, race->clash,
		          race_cell_touched(race->before));
		fill_now(&report->now);
		report->has_value = race_value_read(&report->now, &report->value);
		fill_before(report, race, leaf);
		race_store(number, race_report_race(report));
		race_free(report, sizeof(*report));
	}
	race_leave();
}
