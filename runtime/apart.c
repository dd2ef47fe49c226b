/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * apart.c - the classes of a thread's own epochs (apart.h).
 */
#include "apart.h"

#include "clock.h"
#include "ignored.h"
#include "site.h"
#include "stats.h"
#include "stop.h"

/* To look takes as long as some hundred changes of a list, and one for each clock there
 * is, while the others wait. It is done much more seldom than that (at 512, four threads that
 * hand on messages spent a fifth of their time so), and ever more seldom while it does not pay. */
static uint32_t shortest_patience(void)
{
	return 2048 + 4 * race_load(&race_clocks_count);
}

#define PATIENCE_MOST (1u << 28)

/* ---- finding them ---- */

/* `last` has the newest ends of classes, ascending; what lies at or below `from` is not
 * known. */
static void note_end(struct race_apart *apart, uint64_t epoch)
{
	uint32_t at = apart->count;

	if (epoch <= apart->from || epoch >= apart->until)
		return;
	while (at && apart->last[at - 1] >= epoch)
		at--;
	if (at < apart->count && apart->last[at] == epoch)
		return;
	if (apart->count < RACE_APART_CLASSES) {
		for (uint32_t i = apart->count++; i > at; i--)
			apart->last[i] = apart->last[i - 1];
		apart->last[at] = epoch;
	} else if (!at) {
		apart->from = epoch;
	} else {
		apart->from = apart->last[0];
		for (uint32_t i = 1; i < at; i++)
			apart->last[i - 1] = apart->last[i];
		apart->last[at - 1] = epoch;
	}
}

void race_apart_find(struct race_thread *self)
{
	struct race_apart *apart = &self->apart;
	uint32_t tid;

	if (!race_stop_try())
		return;
	race_thread_lock();
	race_count(classes_found);
	tid = self->tid;
	apart->count = 0;
	apart->from = self->first_epoch ? self->first_epoch - 1 : 0;
	apart->until = self->clock[tid] >> RACE_CELL_EPOCH_SHIFT;
	/* A thread that was not seen created begins with that. */
	note_end(apart, race_runtime.floor[tid] >> RACE_CELL_EPOCH_SHIFT);
	for (uint32_t other = 0; other < race_runtime.tids; other++) {
		const struct race_thread *thread = race_thread_in_slot(other);

		if (thread && thread != self)
			note_end(apart, thread->clock[tid] >> RACE_CELL_EPOCH_SHIFT);
	}
	for (const struct race_clock *clock = race_clocks; clock; clock = clock->next)
		if (tid < clock->size)
			note_end(apart, clock->entry[tid] >> RACE_CELL_EPOCH_SHIFT);
	race_thread_unlock();
	race_stop_end();
}

/* ---- using them ---- */

static bool in_one_class(const struct race_apart *apart, uint64_t one, uint64_t two)
{
	uint64_t first = one < two ? one : two, second = one < two ? two : one;

	for (uint32_t i = apart->count; i-- && apart->last[i] >= first;)
		if (apart->last[i] < second)
			return false;
	return true;
}

static bool are_alike(const struct race_apart *apart, race_cell one, race_cell two)
{
	return in_one_class(apart, race_cell_epoch(one), race_cell_epoch(two)) &&
	       race_ignored_alike(one, two);
}

static bool is_own_plain(const struct race_thread *self, race_cell c)
{
	return race_cell_tid(c) == self->tid && !race_cell_is_atomic(c);
}

/* Is its epoch of a class that is known? Newer ones are not, and most cells are new. */
static bool is_classed(const struct race_apart *apart, race_cell c)
{
	return race_cell_epoch(c) > apart->from && race_cell_epoch(c) <= apart->until;
}

static race_cell one_of(race_cell before, race_cell c)
{
	const uint64_t masks = race_cell_masks(0xff, 0xff);
	uint32_t site = race_site_join(race_cell_site(before), race_cell_touched(before),
	                               race_cell_site(c), race_cell_touched(c));

	return (c & ~masks & ~RACE_SITE_MASK) | (before & c & masks) | site;
}

/* The set needs more than two cells, for want of newer classes maybe. */
static void ask(struct race_apart *apart)
{
	uint32_t shortest;

	if (++apart->asked < apart->patience)
		return;
	shortest = shortest_patience();
	if (apart->asked < shortest) {
		apart->patience = shortest;
		return;
	}
	if (apart->merged >= apart->asked / 16)
		apart->patience = shortest;
	else if (apart->patience < PATIENCE_MOST)
		apart->patience = 2 * apart->asked;
	apart->asked = apart->merged = 0;
	apart->wanted = true;
	race_store(&__race_self.pending, 1);
}

/* Is this own cell, of a known class, one with one of the first `count`? Then it is added to that. */
static bool merge_into(struct race_apart *apart, const struct race_thread *self, race_cell *cells,
                       uint32_t count, race_cell c)
{
	for (uint32_t i = 0; i < count; i++) {
		race_cell one = cells[i];

		if (!is_own_plain(self, one) || !is_classed(apart, one) || !are_alike(apart, one, c))
			continue;
		cells[i] = one < c ? one_of(one, c) : one_of(c, one);
		race_count(cells_merged);
		apart->merged++;
		return true;
	}
	return false;
}

static RACE_NOINLINE uint32_t merge(struct race_apart *apart, const struct race_thread *self,
                                    race_cell *cells, uint32_t count)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		race_cell c = cells[i];

		if (!is_own_plain(self, c) || !is_classed(apart, c) ||
		    !merge_into(apart, self, cells, kept, c))
			cells[kept++] = c;
	}
	return kept;
}

uint32_t race_apart_merge(struct race_thread *self, race_cell *cells, uint32_t count, bool asks)
{
	struct race_apart *apart = &self->apart;
	uint32_t own = 0, classed = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (!is_own_plain(self, cells[i]))
			continue;
		own++;
		classed += is_classed(apart, cells[i]);
	}
	if (classed > 1)
		count = merge(apart, self, cells, count);
	if (asks && count > 2 && own > 1)
		ask(apart);
	return count;
}
