/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rereads.c - the slots' tables of cells that are lent (rereads.h). Only a thread that has the
 * slot makes entries in its table; the door of a read renews them by itself.
 */
#include "rereads.h"

#include "alloc.h"
#include "slot.h"
#include "stats.h"

#define FIRST_BITS 9
#define BITS 16 /* it is reserved for so many, but only those in use get memory */

RACE_INLINE uint64_t place_of(uint64_t granule, uint32_t last)
{
	return granule >> 3 & last;
}

/* ---- its own thread ---- */

static void make(struct race_thread *self)
{
	struct race_slot *slot = &race_slots[self->tid];

	slot->rereads_last = self->rereads_last = (1u << FIRST_BITS) - 1;
	self->rereads = race_reserve(sizeof(*self->rereads) << BITS, 4096, "a thread's reads");
	/* Partner: who has found one of its cells in a list. */
	race_store_release(&slot->rereads, self->rereads);
}

struct race_reread *race_reread_find(const struct race_thread *self, uint64_t granule,
                                     race_cell list)
{
	struct race_reread *entry;

	if (!self->rereads)
		return NULL;
	entry = &self->rereads[place_of(granule, self->rereads_last)];
	return race_load(&entry->list) == list ? entry : NULL;
}

/* Another granule's, as long as its list has not left: who took cells of that one did so before
 * the release of its generation in race_overflow_recycle, and nobody comes for them any more. */
static bool is_taken_up(const struct race_reread *entry)
{
	/* Partner: the exchange in empty, before which the list's name goes. */
	bool lent = race_load_acquire(&entry->cell);
	race_cell name = race_load(&entry->list);

	return lent && (!name || race_overflow_cell(race_overflow_of(name)) == name);
}

bool race_reread_lend(struct race_thread *self, uint64_t granule, struct race_overflow *list,
                      race_cell *cell)
{
	struct race_reread *entry;

	if (!self->rereads)
		make(self);
	entry = &self->rereads[place_of(granule, self->rereads_last)];
	if (is_taken_up(entry))
		return false;
	list->lent = 1;
	race_store(&entry->list, race_overflow_cell(list));
	race_store(&entry->cell, *cell);
	race_store(cell, *cell | RACE_SITE_LENT);
	return true;
}

/* ---- back to the list ---- */

/* To be called with the lock of the entry's list: as long as its name stands there, nobody else
 * empties it, or puts another's there. */
static race_cell empty(struct race_reread *entry)
{
	race_store(&entry->list, 0);
	return __atomic_exchange_n(&entry->cell, 0, __ATOMIC_SEQ_CST);
}

uint32_t race_reread_put(struct race_overflow *list, uint32_t at, race_cell latest)
{
	race_cell *cells = race_overflow_cells(list, list->room_bits), before = cells[at];
	uint32_t kept = 0, where = at;

	race_store(&cells[at], latest);
	if (race_cell_plain(latest) == race_cell_plain(before))
		return at;
	for (uint32_t i = 0; i < list->count; i++) {
		race_cell c = cells[i];

		if (i == at)
			where = kept;
		else if (race_cell_tid(c) == race_cell_tid(latest) && !race_cell_is_atomic(c))
			c = race_cell_without(c, race_cell_plain(latest) & ~race_cell_changed(c));
		if (c)
			race_store(&cells[kept++], c);
	}
	race_store(&list->count, (uint16_t)kept);
	return where;
}

static void give_back(struct race_reread *entry)
{
	race_cell name = race_load(&entry->list), *cells, c;
	struct race_overflow *list = race_overflow_of(name);

	if (!name)
		return;
	race_spin_take(&list->lock);
	if (race_overflow_cell(list) == name && race_load(&entry->list) == name) {
		race_count(rereads_back);
		c = empty(entry);
		cells = race_overflow_cells(list, list->room_bits);
		for (uint32_t i = 0; i < list->count; i++)
			if (race_reread_is_lent(cells[i]) && race_cell_tid(cells[i]) == race_cell_tid(c))
				i = race_reread_put(list, i, c);
	}
	race_spin_give(&list->lock);
}

static void give_all_back(struct race_slot *slot)
{
	for (uint32_t i = 0; slot->rereads && i <= slot->rereads_last; i++)
		give_back(&slot->rereads[i]);
}

void race_rereads_give_back(void)
{
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++)
		give_all_back(&race_slots[tid]);
}

void race_reread_clear(const struct race_thread *self, uint64_t granule, race_cell list)
{
	struct race_reread *entry;

	if (!self->rereads)
		return;
	entry = &self->rereads[place_of(granule, self->rereads_last)];
	if (race_load(&entry->list) != list)
		give_back(entry);
}

void race_reread_make_room(struct race_thread *self, uint64_t granule)
{
	struct race_slot *slot = &race_slots[self->tid];

	if (++self->rereads_lost <= self->rereads_last || self->rereads_last >> (BITS - 1)) {
		give_back(&self->rereads[place_of(granule, self->rereads_last)]);
		return;
	}
	self->rereads_lost = 0;
	give_all_back(slot);
	self->rereads_last = self->rereads_last * 2 + 1;
	/* Who finds a cell that is lent from now on has a lock that was ours behind this. */
	race_store(&slot->rereads_last, self->rereads_last);
}

/* ---- those that have the list ---- */

static struct race_reread *entry_of(uint64_t granule, race_cell c)
{
	const struct race_slot *slot = &race_slots[race_cell_tid(c)];
	struct race_reread *table = race_load_acquire(&slot->rereads);

	return &table[place_of(granule, race_load(&slot->rereads_last))];
}

race_cell race_reread_taken(uint64_t granule, race_cell c)
{
	race_count(rereads_taken);
	return empty(entry_of(granule, c));
}

race_cell race_reread_seen(uint64_t granule, race_cell c)
{
	return race_load(&entry_of(granule, c)->cell) | RACE_SITE_LENT;
}
