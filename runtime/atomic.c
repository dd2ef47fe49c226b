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
 * __sync_lock_test_and_set is what clang makes of it, seq_cst. Atomics of different sizes
 * that share bytes order each other (mixed.h).
 * A release sequence is continued by stores of the thread that heads it, as C11 to C23
 * and C++11 to C++17 have it; not by those of C++20, which say so. Where several threads
 * head one and one of them stores, its own part stays (heads.h).
 */
#include "atomic_perform.h"

#define CALLER ((uint64_t)__builtin_return_address(0))

#define HOOKS(bits, type)                                                                \
	RACE_EXPORT type __race_atomic##bits##_load(type *addr, uint32_t order,          \
	                                            struct race_site *site)              \
	{                                                                                \
		return perform_load##bits(addr, order, site, CALLER);                    \
	}                                                                                \
                                                                                         \
	RACE_EXPORT void __race_atomic##bits##_store(type *addr, type value,             \
	                                             uint32_t order,                     \
	                                             struct race_site *site)             \
	{                                                                                \
		perform_store##bits(addr, value, order, site, CALLER);                   \
	}                                                                                \
                                                                                         \
	RACE_EXPORT type __race_atomic##bits##_rmw(type *addr, type operand, uint32_t what, \
	                                           uint32_t order, struct race_site *site) \
	{                                                                                \
		return perform_rmw##bits(addr, operand, what, order, site, CALLER);      \
	}                                                                                \
                                                                                         \
	RACE_EXPORT type __race_atomic##bits##_cas(type *addr, type expected, type desired, \
	                                           uint32_t success, uint32_t failure,   \
	                                           struct race_site *site)               \
	{                                                                                \
		return perform_cas##bits(addr, expected, desired, success, failure, site, \
		                         CALLER);                                        \
	}

HOOKS(8, uint8_t)
HOOKS(16, uint16_t)
HOOKS(32, uint32_t)
HOOKS(64, uint64_t)
HOOKS(128, unsigned __int128)

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
