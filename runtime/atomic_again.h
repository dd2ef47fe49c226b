/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * atomic_again.h - atomic operations that a thread makes again where nobody else came between:
 * a counter, a flag that is polled, a lock that nobody else wants. What atomic_perform.h does about
 * one is known to be next to nothing then, and is done here, without a call.
 *
 *     T: x++, x++        the second one: x's newest release is T's own, T learned nothing since,
 *                        and T's trace is beside none that matters: both take the new epoch
 */
#ifndef RACE_ATOMIC_AGAIN_H
#define RACE_ATOMIC_AGAIN_H

#include "atomic_bits.h"
#include "atomic_order.h"
#include "history.h"
#include "owner.h"

/* A load that can bring no news takes no lock: the newest release is one that self
 * knows, before and after the value was read, or there is none (race_sync_quiet). A release
 * changes it before the value, and inside of race_enter no epoch gets another number
 * (renumber.h). */
static inline bool no_news(const struct race_thread *self, const struct race_sync *sync,
                    uint64_t *release)
{
	*release = race_load_acquire(&sync->release);
	return *release && race_thread_knows(self, *release);
}

RACE_INLINE void again_unlock(struct race_sync *sync)
{
	__race_self.thread->held_sync = NULL;
	race_spin_give(&sync->lock);
}

/* Nothing was done. The whole way is gone from here, and leaves once more. */
RACE_INLINE bool again_give_up(struct race_sync *sync)
{
	again_unlock(sync);
	race_leave_try();
	return false;
}

/* The access's own cell in this epoch. */
RACE_INLINE race_cell again_cell(uint64_t addr, uint32_t bytes, uint32_t site)
{
	uint32_t mask = ((1u << bytes) - 1) << (addr & 7) & 0xff;

	return (__race_self.word | race_cell_masks(0xff, 0xff) | site) & ~race_cell_masks(0, mask);
}

RACE_INLINE bool again_like(race_cell c, race_cell fresh)
{
	return !((c ^ fresh) & RACE_BELOW_EPOCH);
}

/* Is it worth the lock? Where others take turns it is not. */
RACE_INLINE bool again_likely(const struct race_sync *sync, uint64_t addr, uint32_t bytes,
                              uint32_t order, uint32_t site)
{
	race_cell fresh = again_cell(addr, bytes, site), *shadow = race_shadow_of(addr);

	return site && (addr & 7) + bytes <= 8 &&
	       (again_like(race_load(&shadow[0]), fresh) ||
	        again_like(race_load(&shadow[1]), fresh)) &&
	       (!releases(order) || race_cell_tid(race_load(&sync->release)) == race_cell_tid(fresh));
}

/* The object, locked, of an operation that writes; inside race_enter. NULL: the whole way is to be
 * gone. */
RACE_INLINE struct race_sync *again_begin(uint64_t addr, uint32_t bytes, uint32_t order,
                                          const struct race_site *site)
{
	struct race_thread *self = __race_self.thread;
	struct race_sync *sync;

	if (!self || !race_runtime.threaded || site->kind != RACE_ATOMIC_WRITE)
		return NULL;
	sync = race_sync_first(addr);
	if (!sync || !again_likely(sync, addr, bytes, order, race_load(&site->id)) ||
	    !race_enter_try())
		return NULL;
	if (!race_spin_try(&sync->lock)) {
		race_leave_try();
		return NULL;
	}
	self->held_sync = sync;
	if (race_likely(sync->bytes == bytes))
		return sync;
	again_give_up(sync);
	return NULL;
}

/* Nothing is to be learned, and to be released only the epoch. */
RACE_INLINE bool again_ordered(struct race_thread *self, struct race_sync *sync, uint32_t order,
                               bool store)
{
	if (releases(order))
		return race_sync_release_again(self, sync);
	if (self->released_by_fence)
		return false;
	return !sync->clock ||
	       (!store && sync->release && race_thread_knows(self, sync->release));
}

/* The thread's cell of the same place, alone or beside another atomic's, takes the present
 * epoch. */
RACE_INLINE bool again_traced(uint64_t addr, uint32_t bytes, uint32_t site)
{
	race_cell *shadow = race_shadow_of(addr), fresh = again_cell(addr, bytes, site), c0, c1, other;
	bool alone, done;

	if (race_load(&shadow[0]) == fresh || race_load(&shadow[1]) == fresh)
		return true;
	if (!race_owner_open_try(addr, &alone))
		return false;
	c0 = race_load(&shadow[0]);
	c1 = race_load(&shadow[1]);
	other = again_like(c0, fresh) ? c1 : c0;
	done = (again_like(c0, fresh) || again_like(c1, fresh)) &&
	       race_granule_atomic_beside(other, fresh) &&
	       race_owner_swap(alone, shadow, c0, c1, fresh, other);
	race_owner_close();
	if (done)
		race_history_access(&__race_self, addr, site);
	return done;
}

/* Is only the operation itself left? */
RACE_INLINE bool again_ready(struct race_sync *sync, uint64_t addr, uint32_t bytes, uint32_t order,
                             bool store, const struct race_site *site)
{
	return again_ordered(__race_self.thread, sync, order, store) &&
	       again_traced(addr, bytes, race_load(&site->id));
}

RACE_INLINE void again_end(struct race_sync *sync, uint32_t order)
{
	again_unlock(sync);
	if (releases(order))
		race_thread_tick(__race_self.thread);
	race_leave();
}

/* False: the whole way is to be gone. */
#define AGAIN(bits, type)                                                                \
	static inline bool load_again##bits(type *addr, const struct race_site *site,       \
	                                    type *value)                                 \
	{                                                                                \
		const struct race_thread *self = __race_self.thread;                     \
		uint64_t at = (uint64_t)addr, release;                                   \
		const struct race_sync *sync;                                            \
		bool done = false;                                                       \
                                                                                         \
		if (!self || !race_runtime.threaded)                                     \
			return false;                                                    \
		sync = race_sync_first(at);                                              \
		if (!sync || site->kind != RACE_ATOMIC_READ || !race_enter_try())        \
			return false;                                                    \
		if (no_news(self, sync, &release)) {                                     \
			*value = bits_load##bits(addr);                                  \
			done = race_load_acquire(&sync->release) == release &&           \
			       race_granule_atomic_again(at, sizeof(type),               \
			                                 race_load(&site->id));          \
		}                                                                        \
		return race_leave_try() && done;                                         \
	}                                                                                \
                                                                                         \
	static inline bool store_again##bits(type *addr, type value, uint32_t order,     \
	                                     const struct race_site *site)               \
	{                                                                                \
		uint64_t at = (uint64_t)addr;                                            \
		struct race_sync *sync = again_begin(at, sizeof(type), order, site);            \
                                                                                         \
		if (!sync)                                                               \
			return false;                                                    \
		if (!again_ready(sync, at, sizeof(type), order, true, site))             \
			return again_give_up(sync);                                      \
		bits_store##bits(addr, value, order == SEQ_CST);                         \
		again_end(sync, order);                                                  \
		return true;                                                             \
	}                                                                                \
                                                                                         \
	static inline bool rmw_again##bits(type *addr, type operand, uint32_t what,      \
	                                   uint32_t order, const struct race_site *site, \
	                                   type *before)                                 \
	{                                                                                \
		uint64_t at = (uint64_t)addr;                                            \
		struct race_sync *sync = again_begin(at, sizeof(type), order, site);            \
                                                                                         \
		if (!sync)                                                               \
			return false;                                                    \
		if (!again_ready(sync, at, sizeof(type), order, false, site))            \
			return again_give_up(sync);                                      \
		*before = bits_modify##bits(addr, operand, what);                        \
		again_end(sync, order);                                                  \
		return true;                                                             \
	}                                                                                \
                                                                                         \
	/* One that fails goes the whole way. */                                         \
	static inline bool cas_again##bits(type *addr, type *found, type desired,        \
	                                   uint32_t order, const struct race_site *site) \
	{                                                                                \
		uint64_t at = (uint64_t)addr;                                            \
		struct race_sync *sync = again_begin(at, sizeof(type), order, site);            \
		bool done;                                                               \
                                                                                         \
		if (!sync)                                                               \
			return false;                                                    \
		if (bits_load##bits(addr) != *found ||                                   \
		    !again_ready(sync, at, sizeof(type), order, false, site))            \
			return again_give_up(sync);                                      \
		done = bits_cas##bits(addr, found, desired);                             \
		again_end(sync, order);                                                  \
		return done;                                                             \
	}

AGAIN(8, uint8_t)
AGAIN(16, uint16_t)
AGAIN(32, uint32_t)
AGAIN(64, uint64_t)
AGAIN(128, unsigned __int128)

#endif
