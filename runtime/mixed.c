/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * mixed.c - one object for atomics that share bytes (mixed.h). Who has taken an object's
 * lock looks at `bytes`: other than its own, and it comes here. An atomic of 16 bytes has
 * an object in its other half, too, so that who looks there finds it.
 */
#include "mixed.h"

#include "shared.h"

/* Larger ones are libatomic's, whole or not at all. */
#define BYTES_MOST 16

static bool overlap(const struct race_sync *sync, uint64_t addr, uint32_t bytes)
{
	uint32_t wide = race_load(&sync->wide);

	return wide && sync->addr < addr + bytes && addr < sync->addr + wide;
}

struct race_sync *race_mixed_look(uint64_t addr, uint32_t bytes)
{
	uint64_t name = race_shared_name(addr);
	bool shares = false;

	for (uint64_t at = name & ~7ull; at < name + bytes; at += 8)
		for (struct race_sync *sync = race_sync_chain(at); sync;
		     sync = race_load_acquire(&sync->next)) {
			if (sync->addr == name)
				return sync;
			shares = shares || overlap(sync, name, bytes);
		}
	return shares ? race_sync_get(addr) : NULL;
}

static struct race_sync *last_of(struct race_sync *sync)
{
	while (sync->mixed && sync->mixed != sync)
		sync = sync->mixed;
	return sync;
}

/* The only place where two objects are locked: under the lock of all. */
static void stand_for(struct race_sync *sync, struct race_sync *other)
{
	race_spin_take(&sync->lock);
	if (other != sync) {
		race_spin_take(&other->lock);
		if (other->clock) {
			race_clock_grow(&sync->clock, other->clock->size);
			race_clock_join(sync->clock->entry, other->clock->entry,
			                other->clock->size);
		}
		race_sync_break(other);
		other->mixed = sync;
		race_store(&other->bytes, RACE_SYNC_MIXED);
		race_spin_give(&other->lock);
	}
	/* A load that takes no lock must not find news of nobody's (atomic_perform.h). */
	race_store(&sync->release, 0);
	sync->mixed = sync;
	race_store(&sync->bytes, RACE_SYNC_MIXED);
	race_spin_give(&sync->lock);
}

/* Joins all that share bytes with sync, for an atomic of so many. */
static struct race_sync *join(struct race_sync *sync, uint32_t bytes)
{
	struct race_sync *found = last_of(sync), *other;
	uint64_t addr = sync->addr;

	if (sync->bytes && sync->bytes != bytes)
		stand_for(found, sync);
	for (uint64_t at = addr & ~7ull; at < addr + bytes; at += 8)
		for (other = race_sync_chain(at); other; other = other->next)
			if (other != sync && overlap(other, addr, bytes) &&
			    last_of(other) != found)
				stand_for(found, last_of(other));
	return found;
}

/* A half on its own has no object to stand for it that is mixed. */
static void mark_halves(struct race_sync *sync, uint64_t end)
{
	for (uint64_t at = (sync->addr | 7) + 1; at < end; at += 8) {
		struct race_sync *half = race_sync_make(at);

		if (!half->mixed) {
			half->mixed = sync;
			race_store(&half->bytes, RACE_SYNC_MIXED);
		}
		if (half->wide < end - at)
			race_store(&half->wide, end - at < 8 ? end - at : 8);
	}
}

/* sync is locked, and is not any more. */
static struct race_sync *meet(struct race_sync *sync, uint32_t bytes)
{
	struct race_sync *found;

	race_spin_give(&sync->lock);
	race_sync_lock();
	found = join(sync, bytes);
	if (!sync->bytes)
		race_store(&sync->bytes, bytes);
	if (sync->wide < bytes)
		race_store(&sync->wide, bytes);
	mark_halves(sync, sync->addr + bytes);
	race_sync_unlock();
	return found;
}

struct race_sync *race_mixed_settle(struct race_sync *sync, uint32_t bytes)
{
	if (bytes > BYTES_MOST || (sync->mixed == sync && sync->wide >= bytes))
		return sync;
	if (sync->bytes != RACE_SYNC_MIXED || sync->wide < bytes || !sync->mixed->mixed)
		sync = meet(sync, bytes);
	else
		race_spin_give(&sync->lock);
	return race_sync_take(sync);
}
