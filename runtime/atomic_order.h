/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * atomic_order.h - what the memory orders mean, and the steps around one atomic
 * operation: for whoever performs one (atomic_perform.h) or stands beside one that is performed
 * elsewhere (assembly.c). atomic.c tells the model.
 */
#ifndef RACE_ATOMIC_ORDER_H
#define RACE_ATOMIC_ORDER_H

#include "access.h"
#include "found.h"
#include "granule.h"
#include "listed.h"
#include "mixed.h"
#include "sync.h"

enum race_order {
	RELAXED, CONSUME, ACQUIRE, RELEASE, ACQ_REL, SEQ_CST,
	RELAXED_ALONE = RACE_ORDER_RELAXED_ALONE, /* of stores only */
};

static inline bool acquires(uint32_t order)
{
	return order != RELAXED && order != RELEASE;
}

static inline bool releases(uint32_t order)
{
	return order - RELEASE <= SEQ_CST - RELEASE;
}

/* ---- ordering; under the object's lock ---- */

static inline void order_load(struct race_thread *self, struct race_sync *sync, uint32_t order)
{
	if (acquires(order)) {
		race_sync_acquire(self, sync);
	} else if (sync->clock && !(sync->release && race_thread_knows(self, sync->release))) {
		race_clock_grow(&self->read_relaxed, sync->clock->size);
		race_clock_join(self->read_relaxed->entry, sync->clock->entry,
		                sync->clock->size);
	}
}

/* Hands on what the thread's last release fence published. */
static inline void order_fenced(struct race_thread *self, struct race_sync *sync)
{
	if (self->released_by_fence)
		race_sync_merge_earlier(self, sync, self->released_by_fence);
}

static inline void order_store(struct race_thread *self, struct race_sync *sync, uint32_t order)
{
	if (releases(order)) {
		if (race_sync_release_again(self, sync))
			return;
		if (race_unlikely(sync->mixed != NULL))
			race_sync_merge(self, sync);
		else
			race_sync_store(self, sync);
		return;
	}
	if (race_unlikely(sync->mixed != NULL))
		; /* the other bytes' past stays */
	else if (sync->clock && (order == RELAXED_ALONE || !race_sync_is_head(self, sync)))
		race_sync_break(sync);
	else if (sync->clock && sync->heads)
		race_sync_keep_own(self, sync);
	order_fenced(self, sync);
}

static inline void order_modify(struct race_thread *self, struct race_sync *sync, uint32_t order)
{
	/* What self released itself is no news. */
	if (releases(order) && race_sync_release_again(self, sync))
		return;
	order_load(self, sync, order);
	if (releases(order))
		race_sync_merge(self, sync);
	else
		order_fenced(self, sync);
}

/* ---- the steps around an operation ---- */

struct operation {
	struct race_thread *self;
	struct race_sync *sync;
	uint64_t addr;
	uint64_t pc;
	struct race_site *site;
	uint32_t bytes;
	bool released; /* self's past was published: a new epoch begins behind it */
};

static inline void check(const struct operation *op, enum race_kind kind)
{
	uint32_t number = race_load(&op->site->id);

	/* A compare-exchange that fails is a read at the same place. */
	if (kind != op->site->kind)
		number = race_site_of(op->pc, kind, op->bytes);
	else if (!number)
		number = race_site_enter(op->site, op->pc);
	if (race_granule_atomic_again(op->addr, op->bytes, number) ||
	    (kind == RACE_ATOMIC_READ && race_listed_load_again(op->addr, op->bytes)))
		return;
	race_access(op->self, op->addr, op->bytes, kind, number);
}

/* The check, too, is done under the lock: right behind the operation another thread may
 * learn from it that the memory is its own, and free it. */
static inline bool begin(struct operation *op, struct race_found *room)
{
	op->self = race_self();
	if (!race_runtime.threaded)
		return false;
	op->sync = race_sync_get(op->addr);
	race_enter();
	race_spin_take(&op->sync->lock);
	if (race_unlikely(op->sync->bytes != op->bytes))
		op->sync = race_mixed_settle(op->sync, op->bytes);
	op->self->held_races = room;
	op->self->held_sync = op->sync;
	return true;
}

static inline void end(const struct operation *op)
{
	op->self->held_sync = NULL;
	race_spin_give(&op->sync->lock);
	/* Before race_leave: a handler that was held back has atomics and room of its own,
	 * and is not part of what was released. */
	if (race_unlikely(op->self->held_count))
		race_found_release();
	op->self->held_races = NULL;
	if (op->released)
		race_thread_tick(op->self);
	race_leave();
}

#endif
