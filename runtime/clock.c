/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * clock.c - join, copy and growth of vector clocks (clock.h). Entries of a live
 * thread's clock are read by others (floor, reports) while it changes: word by word.
 */
#include "clock.h"

#include "alloc.h"
#include "self.h"

struct race_clock *race_clocks;
uint32_t race_clocks_count;
static struct race_spin lock;

bool race_clock_join(uint64_t *into, const uint64_t *from, uint32_t size)
{
	bool grew = false;

	for (uint32_t i = 0; i < size; i++) {
		uint64_t theirs = race_load(&from[i]);

		if (theirs > into[i]) {
			race_store(&into[i], theirs);
			grew = true;
		}
	}
	return grew;
}

void race_clock_copy(uint64_t *into, const uint64_t *from, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		race_store(&into[i], race_load(&from[i]));
}

void race_clock_copy_but(uint64_t *into, const uint64_t *from, uint32_t size, uint32_t own)
{
	uint64_t kept = into[own];

	race_clock_copy(into, from, size);
	race_store(&into[own], kept);
}

static size_t clock_bytes(uint32_t room)
{
	return sizeof(struct race_clock) + room * sizeof(uint64_t);
}

static void enlist(struct race_clock *clock)
{
	race_enter();
	race_spin_take(&lock);
	clock->next = race_clocks;
	clock->link = &race_clocks;
	if (race_clocks)
		race_clocks->link = &clock->next;
	race_clocks = clock;
	race_store(&race_clocks_count, race_clocks_count + 1);
	race_spin_give(&lock);
	race_leave();
}

static void strike(struct race_clock *clock)
{
	race_enter();
	race_spin_take(&lock);
	*clock->link = clock->next;
	race_store(&race_clocks_count, race_clocks_count - 1);
	if (clock->next)
		clock->next->link = clock->link;
	race_spin_give(&lock);
	race_leave();
}

void race_clock_grow(struct race_clock **clock, uint32_t size)
{
	struct race_clock *old = *clock;

	if (!old || old->room < size) {
		uint32_t room = (size + 7) & ~7u;
		struct race_clock *grown = race_alloc(clock_bytes(room));

		grown->room = room;
		if (old) {
			grown->size = old->size;
			race_clock_copy(grown->entry, old->entry, old->size);
		}
		enlist(grown);
		race_store_release(clock, grown);
		race_clock_free(old);
		old = grown;
	}
	for (uint32_t i = old->size; i < size; i++)
		race_store(&old->entry[i], 0);
	if (old->size < size)
		race_store_release(&old->size, size);
}

void race_clock_drop(struct race_clock **clock)
{
	struct race_clock *gone = *clock;

	race_store_release(clock, NULL);
	race_clock_free(gone);
}

/* Who frees a clock has to strike it, when nobody can come to it any more: behind that
 * lock it is whole. */
uint32_t race_clock_peek(struct race_clock *const *clock, uint64_t *into)
{
	const struct race_clock *found;
	uint32_t size = 0;

	race_enter();
	race_spin_take(&lock);
	found = race_load_acquire(clock);
	if (found) {
		size = race_load_acquire(&found->size);
		race_clock_copy(into, found->entry, size);
	}
	race_spin_give(&lock);
	race_leave();
	return size;
}

void race_clock_free(struct race_clock *clock)
{
	if (!clock)
		return;
	strike(clock);
	race_free(clock, clock_bytes(clock->room));
}
