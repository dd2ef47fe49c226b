/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * atomic.c - one atomic operation or fence of the program, performed and ordered.
 *
 * The operation and the clock work on its address happen together, under the lock of
 * the address's sync object, so that who reads a value learns the clock that was
 * released with that value, no other:
 *
 *   release   the object's clock becomes (store) or learns (read-modify-write, which
 *             continues a release sequence) the thread's, before the value changes;
 *   acquire   the thread learns the object's clock;
 *   relaxed   a load keeps the clock aside for a later acquire fence; a store hands on
 *             what a release fence before it published.
 * The access is checked against plain accesses in between, in the epoch it happens in.
 *
 * Happens-before as in C11 5.1.2.4 and 7.17.3 (N1570); fences as in Lidbury and
 * Donaldson, "Dynamic race detection for C++11", POPL 2017. seq_cst is acq_rel here.
 * A release sequence is continued by stores of the thread that heads it, as C11 to
 * C++17 have it. Where several threads head one and one of them stores, what it knows
 * by then stands for what it released: more by what it learned from the others since.
 */
#include "atomic_bits.h"
#include "atomic_order.h"

/* A load that can bring no news takes no lock: the newest release is one that self
 * knows, before and after the value was read. A release changes it before the value. */
static bool no_news(const struct race_thread *self, const struct race_sync *sync,
                    uint64_t *release)
{
	*release = race_load_acquire(&sync->release);
	return *release && race_thread_knows(self, *release);
}

/* What follows is the same for each width. */
#define OPERATIONS(bits, type)                                                           \
	RACE_EXPORT type __race_atomic##bits##_load(type *addr, uint32_t order,          \
	                                            struct race_site *site)              \
	{                                                                                \
		struct operation op = { .addr = (uint64_t)addr, .site = site,            \
			                .pc = (uint64_t)__builtin_return_address(0),     \
			                .bytes = sizeof(type), .self = race_self() };    \
		type value = bits_load##bits(addr);                                      \
		uint64_t release;                                                        \
                                                                                         \
		if (!race_runtime.threaded)                                              \
			return value;                                                    \
		/* Looked for after the read: a value that was released has one. */      \
		op.sync = race_sync_find(op.addr);                                       \
		if (op.sync && no_news(op.self, op.sync, &release)) {                    \
			value = bits_load##bits(addr);                                   \
			if (race_load_acquire(&op.sync->release) == release)             \
				goto known;                                              \
		}                                                                        \
		if (op.sync) {                                                           \
			race_enter();                                                    \
			race_spin_take(&op.sync->lock);                                  \
			value = bits_load##bits(addr);                                   \
			order_load(op.self, op.sync, order);                             \
			race_spin_give(&op.sync->lock);                                  \
			race_leave();                                                    \
		}                                                                        \
known:                                                                                   \
		check(&op, RACE_ATOMIC_READ);                                            \
		return value;                                                            \
	}                                                                                \
                                                                                         \
	RACE_EXPORT void __race_atomic##bits##_store(type *addr, type value,             \
	                                             uint32_t order,                     \
	                                             struct race_site *site)             \
	{                                                                                \
		struct operation op = { .addr = (uint64_t)addr, .site = site,            \
			                .pc = (uint64_t)__builtin_return_address(0),     \
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
	RACE_EXPORT type __race_atomic##bits##_rmw(type *addr, type operand, uint32_t what,  \
	                                           uint32_t order, struct race_site *site)   \
	{                                                                                \
		struct operation op = { .addr = (uint64_t)addr, .site = site,            \
			                .pc = (uint64_t)__builtin_return_address(0),     \
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
	RACE_EXPORT type __race_atomic##bits##_cas(type *addr, type expected, type desired,  \
	                                           uint32_t success, uint32_t failure,   \
	                                           struct race_site *site)               \
	{                                                                                \
		struct operation op = { .addr = (uint64_t)addr, .site = site,            \
			                .pc = (uint64_t)__builtin_return_address(0),     \
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

/* The clock must be published before the value and only on success: what is there is
 * looked at first. Others that are instrumented wait for the lock; one that is not may
 * come between, and then it is tried again. */
#define CAS_ORDERED(bits, type)                                                          \
	static void cas_ordered##bits(struct operation *op, type *addr, type *found,     \
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

#define WIDTH(bits, type) CAS_ORDERED(bits, type) OPERATIONS(bits, type)
WIDTH(8, uint8_t)
WIDTH(16, uint16_t)
WIDTH(32, uint32_t)
WIDTH(64, uint64_t)
WIDTH(128, unsigned __int128)

RACE_EXPORT void __race_fence(uint32_t order)
{
	struct race_thread *self = race_self();
	uint32_t tids = race_load(&race_runtime.tids);

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!race_runtime.threaded)
		return;
	race_enter();
	if (acquires(order) && self->read_relaxed)
		race_thread_learn(self, self->read_relaxed->entry, self->read_relaxed->size);
	if (releases(order)) {
		race_clock_grow(&self->released_by_fence, tids);
		race_clock_copy(self->released_by_fence->entry, self->clock, tids);
		race_thread_tick(self);
	}
	race_leave();
}
