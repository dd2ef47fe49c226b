/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * atomic_perform.h - one atomic operation of each width, performed and ordered: for the
 * hooks (atomic.c) and the stand-ins for the library (intercept_atomic.c). Each comes
 * from the code address pc.
 */
#ifndef RACE_ATOMIC_PERFORM_H
#define RACE_ATOMIC_PERFORM_H

#include "atomic_bits.h"
#include "atomic_order.h"

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

/* The same, where the thread's trace is there already, too: nothing is to be done, and nothing
 * is called, so that nothing is saved. False: the whole way is to be gone. */
#define LOAD_AGAIN(bits, type)                                                           \
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
	}

/* The clock must be published before the value and only on success: what is there is
 * looked at first. Others that are instrumented wait for the lock; one that is not may
 * come between, and then it is tried again. */
#define CAS_ORDERED(bits, type)                                                          \
	static inline void cas_ordered##bits(struct operation *op, type *addr, type *found, \
	                              type desired, uint32_t success, uint32_t failure)  \
	{                                                                                \
		type expected = *found;                                                  \
                                                                                         \
		*found = bits_load##bits(addr);                                          \
		if (*found == expected) {                                                \
			op->released = releases(success);                                \
			order_modify(op->self, op->sync, success);                       \
			check(op, RACE_ATOMIC_WRITE);                                    \
			if (bits_cas##bits(addr, found, desired))                        \
				return;                                                  \
		}                                                                        \
		order_load(op->self, op->sync, failure);                                 \
		check(op, RACE_ATOMIC_READ);                                             \
	}

/* What follows is the same for each width. */
#define OPERATIONS(bits, type)                                                           \
	static RACE_NOINLINE type load_whole##bits(type *addr, uint32_t order,           \
	                                           struct race_site *site, uint64_t pc)  \
	{                                                                                \
		struct operation op = { .addr = (uint64_t)addr, .site = site,            \
			                .pc = pc,                                        \
			                .bytes = sizeof(type), .self = race_self() };    \
		type value = bits_load##bits(addr);                                      \
		uint64_t release;                                                        \
                                                                                         \
		if (!race_runtime.threaded)                                              \
			return value;                                                    \
		/* Looked for after the read: a value that was released has one. */      \
		op.sync = race_mixed_find(op.addr, sizeof(type));                        \
		if (op.sync) {                                                           \
			race_enter();                                                    \
			if (no_news(op.self, op.sync, &release)) {                       \
				value = bits_load##bits(addr);                           \
				if (race_load_acquire(&op.sync->release) == release)     \
					goto known;                                      \
			}                                                                \
			race_spin_take(&op.sync->lock);                                  \
			if (race_unlikely(op.sync->bytes != sizeof(type)))               \
				op.sync = race_mixed_settle(op.sync, sizeof(type));      \
			value = bits_load##bits(addr);                                   \
			order_load(op.self, op.sync, order);                             \
			race_sync_quiet(op.sync);                                        \
			race_spin_give(&op.sync->lock);                                  \
known:                                                                                   \
			race_leave();                                                    \
		}                                                                        \
		check(&op, RACE_ATOMIC_READ);                                            \
		return value;                                                            \
	}                                                                                \
                                                                                         \
	static inline type perform_load##bits(type *addr, uint32_t order,                \
	                                      struct race_site *site, uint64_t pc)       \
	{                                                                                \
		type value;                                                              \
                                                                                         \
		return race_likely(load_again##bits(addr, site, &value)) ?               \
		               value : load_whole##bits(addr, order, site, pc);          \
	}                                                                                \
                                                                                         \
	static inline void perform_store##bits(type *addr, type value, uint32_t order,   \
	                                       struct race_site *site, uint64_t pc)      \
	{                                                                                \
		struct operation op = { .addr = (uint64_t)addr, .site = site,            \
			                .pc = pc,                                        \
			                .bytes = sizeof(type) };                         \
		struct race_found room[RACE_FOUND_HELD];                                 \
                                                                                         \
		if (!begin(&op, room)) {                                                 \
			bits_store##bits(addr, value, order == SEQ_CST);                 \
			return;                                                          \
		}                                                                        \
		op.released = releases(order);                                           \
		order_store(op.self, op.sync, order);                                    \
		check(&op, RACE_ATOMIC_WRITE);                                           \
		bits_store##bits(addr, value, order == SEQ_CST);                         \
		end(&op);                                                                \
	}                                                                                \
                                                                                         \
	static inline type perform_rmw##bits(type *addr, type operand, uint32_t what,    \
	                                     uint32_t order, struct race_site *site,     \
	                                     uint64_t pc)                                \
	{                                                                                \
		struct operation op = { .addr = (uint64_t)addr, .site = site,            \
			                .pc = pc,                                        \
			                .bytes = sizeof(type) };                         \
		struct race_found room[RACE_FOUND_HELD];                                 \
		type before;                                                             \
                                                                                         \
		if (!begin(&op, room))                                                   \
			return bits_modify##bits(addr, operand, what);                   \
		op.released = releases(order);                                           \
		order_modify(op.self, op.sync, order);                                   \
		check(&op, RACE_ATOMIC_WRITE);                                           \
		before = bits_modify##bits(addr, operand, what);                         \
		end(&op);                                                                \
		return before;                                                           \
	}                                                                                \
                                                                                         \
	static inline type perform_cas##bits(type *addr, type expected, type desired,    \
	                                     uint32_t success, uint32_t failure,         \
	                                     struct race_site *site, uint64_t pc)        \
	{                                                                                \
		struct operation op = { .addr = (uint64_t)addr, .site = site,            \
			                .pc = pc,                                        \
			                .bytes = sizeof(type) };                         \
		struct race_found room[RACE_FOUND_HELD];                                 \
		type found = expected;                                                   \
                                                                                         \
		if (!begin(&op, room)) {                                                 \
			bits_cas##bits(addr, &found, desired);                           \
			return found;                                                    \
		}                                                                        \
		cas_ordered##bits(&op, addr, &found, desired, success, failure);         \
		end(&op);                                                                \
		return found;                                                            \
	}

#define WIDTH(bits, type) CAS_ORDERED(bits, type) LOAD_AGAIN(bits, type) OPERATIONS(bits, type)
WIDTH(8, uint8_t)
WIDTH(16, uint16_t)
WIDTH(32, uint32_t)
WIDTH(64, uint64_t)
WIDTH(128, unsigned __int128)
#undef WIDTH

#endif
