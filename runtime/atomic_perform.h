/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * atomic_perform.h - one atomic operation of each width, performed and ordered: for the
 * hooks (atomic.c) and the stand-ins for the library (intercept_atomic.c). Each comes
 * from the code address pc.
 */
#ifndef RACE_ATOMIC_PERFORM_H
#define RACE_ATOMIC_PERFORM_H

#include "atomic_again.h"

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
	static RACE_NOINLINE void store_whole##bits(type *addr, type value, uint32_t order, \
	                                            struct race_site *site, uint64_t pc) \
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
	static inline void perform_store##bits(type *addr, type value, uint32_t order,   \
	                                       struct race_site *site, uint64_t pc)      \
	{                                                                                \
		if (race_unlikely(!store_again##bits(addr, value, order, site)))         \
			store_whole##bits(addr, value, order, site, pc);                 \
	}                                                                                \
                                                                                         \
	static RACE_NOINLINE type rmw_whole##bits(type *addr, type operand, uint32_t what, \
	                                          uint32_t order, struct race_site *site, \
	                                          uint64_t pc)                           \
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
	static inline type perform_rmw##bits(type *addr, type operand, uint32_t what,    \
	                                     uint32_t order, struct race_site *site,     \
	                                     uint64_t pc)                                \
	{                                                                                \
		type before = 0;                                                         \
                                                                                         \
		return race_likely(rmw_again##bits(addr, operand, what, order, site, &before)) ? \
		               before :                                                  \
		               rmw_whole##bits(addr, operand, what, order, site, pc);    \
	}                                                                                \
                                                                                         \
	static RACE_NOINLINE type cas_whole##bits(type *addr, type expected, type desired, \
	                                          uint32_t success, uint32_t failure,    \
	                                          struct race_site *site, uint64_t pc)   \
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
	}                                                                                \
                                                                                         \
	static inline type perform_cas##bits(type *addr, type expected, type desired,    \
	                                     uint32_t success, uint32_t failure,         \
	                                     struct race_site *site, uint64_t pc)        \
	{                                                                                \
		type found = expected;                                                   \
                                                                                         \
		return race_likely(cas_again##bits(addr, &found, desired, success, site)) ? \
		               expected :                                                \
		               cas_whole##bits(addr, expected, desired, success, failure, site, pc); \
	}

#define WIDTH(bits, type) CAS_ORDERED(bits, type) OPERATIONS(bits, type)
WIDTH(8, uint8_t)
WIDTH(16, uint16_t)
WIDTH(32, uint32_t)
WIDTH(64, uint64_t)
WIDTH(128, unsigned __int128)
#undef WIDTH

#endif
