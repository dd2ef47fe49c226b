/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_counts.h - giving up a share of what a C++ library counts the owners of, where
 * nobody sees its atomics.
 *
 * Whoever gives up his share releases, the last one acquires. That he is the last is
 * known for certain only while he is the only one left; so one of several owners is
 * counted off by us, and the library's function serves the only one alone:
 *
 *     2 owners:  release, 2 -> 1          1 owner:  acquire, then the library destroys
 */
#ifndef RACE_INTERCEPT_COUNTS_H
#define RACE_INTERCEPT_COUNTS_H

#include "intercept.h"
#include "sync.h"

struct count {
	void *at;
	bool wide;    /* 64 bits, else 32 */
	int64_t only; /* what it is for an only owner */
};

RACE_INLINE int64_t owners(struct count count)
{
	return count.wide ? __atomic_load_n((int64_t *)count.at, __ATOMIC_ACQUIRE) :
	                    __atomic_load_n((int32_t *)count.at, __ATOMIC_ACQUIRE);
}

RACE_INLINE void add_owner(struct count count)
{
	if (count.wide)
		__atomic_add_fetch((int64_t *)count.at, 1, __ATOMIC_RELAXED);
	else
		__atomic_add_fetch((int32_t *)count.at, 1, __ATOMIC_RELAXED);
}

RACE_INLINE bool count_off(struct count count, int64_t found)
{
	int32_t narrow = (int32_t)found;

	if (count.wide)
		return __atomic_compare_exchange_n((int64_t *)count.at, &found, found - 1, false,
		                                   __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	return __atomic_compare_exchange_n((int32_t *)count.at, &narrow, narrow - 1, false,
	                                   __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* One of several owners is counted off: true. The only one learns what the others
 * released at addr, and stays: false. */
static inline bool gave_up(struct count count, uint64_t addr)
{
	struct race_thread *self = race_self();
	bool released = false;
	int64_t found;

	for (;;) {
		found = owners(count);
		if (found <= count.only) {
			race_sync_acquire_at(self, addr);
			return false;
		}
		if (!released)
			race_sync_release_at(self, addr);
		released = true;
		if (count_off(count, found))
			return true;
	}
}

#endif
