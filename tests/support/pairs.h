/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * pairs.h - every way to hand data to another thread by an atomic or a fence, against every
 * way to take it. run_pairs(true) runs those pairs of which the standard makes an edge,
 * run_pairs(false) the others; each with data and flag of its own. Returns how many.
 */
#ifndef RACE_TEST_PAIRS_H
#define RACE_TEST_PAIRS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "two.h"

#define RLX memory_order_relaxed
#define CON memory_order_consume
#define ACQ memory_order_acquire
#define REL memory_order_release
#define AR memory_order_acq_rel
#define SC memory_order_seq_cst

/* X(name, does it release, what is done to `flag` behind the write of data). Of
 * __sync_lock_test_and_set gcc says that it only acquires; clang makes it seq_cst. */
#define GIVES(X)                                                                         \
	X(store_relaxed, false, atomic_store_explicit(flag, 1, RLX))                     \
	X(store_release, true, atomic_store_explicit(flag, 1, REL))                      \
	X(store_seq_cst, true, atomic_store_explicit(flag, 1, SC))                       \
	X(rmw_relaxed, false, atomic_fetch_add_explicit(flag, 1, RLX))                   \
	X(rmw_acquire, false, atomic_fetch_or_explicit(flag, 1, ACQ))                    \
	X(rmw_release, true, atomic_exchange_explicit(flag, 1, REL))                     \
	X(rmw_acq_rel, true, atomic_fetch_xor_explicit(flag, 1, AR))                     \
	X(rmw_seq_cst, true, atomic_fetch_sub_explicit(flag, 1, SC))                     \
	X(fence_acquire, false, (atomic_thread_fence(ACQ),                               \
	                         atomic_store_explicit(flag, 1, RLX)))                   \
	X(fence_release, true, (atomic_thread_fence(REL),                                \
	                        atomic_store_explicit(flag, 1, RLX)))                    \
	X(fence_acq_rel, true, (atomic_thread_fence(AR),                                 \
	                        atomic_store_explicit(flag, 1, RLX)))                    \
	X(fence_seq_cst, true, (atomic_thread_fence(SC),                                 \
	                        atomic_store_explicit(flag, 1, RLX)))                    \
	X(fence_and_rmw, true, (atomic_thread_fence(REL),                                \
	                        atomic_fetch_add_explicit(flag, 1, RLX)))                \
	X(fence_and_cas, true, (atomic_thread_fence(REL),                                \
	                        cas(flag, 0, 1, RLX, RLX)))                              \
	X(fence_too_late, false, (atomic_store_explicit(flag, 1, RLX),                   \
	                          atomic_thread_fence(SC)))                              \
	X(fence_for_signals, false, (atomic_signal_fence(SC),                            \
	                             atomic_store_explicit(flag, 1, RLX)))               \
	X(cas_release, true, cas(flag, 0, 1, REL, RLX))                                  \
	X(cas_acquire, false, cas(flag, 0, 1, ACQ, RLX))                                 \
	X(cas_fails, false, cas(flag, 7, 1, SC, SC))                                     \
	X(sync_add, true, __sync_fetch_and_add((int *)flag, 1))                          \
	X(sync_test_and_set, true, __sync_lock_test_and_set((int *)flag, 1))            \
	X(sync_release, true, __sync_lock_release((int *)flag))                          \
	X(sync_fence, true, (__sync_synchronize(),                                       \
	                     atomic_store_explicit(flag, 1, RLX)))                       \
	X(clear_relaxed, false, __atomic_clear((bool *)flag, __ATOMIC_RELAXED))          \
	X(clear_release, true, __atomic_clear((bool *)flag, __ATOMIC_RELEASE))

/* X(name, does it acquire, what is done to `flag` before the read of data) */
#define TAKES(X)                                                                         \
	X(load_relaxed, false, atomic_load_explicit(flag, RLX))                          \
	X(load_consume, true, atomic_load_explicit(flag, CON))                           \
	X(load_acquire, true, atomic_load_explicit(flag, ACQ))                           \
	X(load_seq_cst, true, atomic_load_explicit(flag, SC))                            \
	X(add_relaxed, false, atomic_fetch_add_explicit(flag, 1, RLX))                   \
	X(add_acquire, true, atomic_fetch_add_explicit(flag, 1, ACQ))                    \
	X(add_release, false, atomic_fetch_add_explicit(flag, 1, REL))                   \
	X(add_acq_rel, true, atomic_fetch_add_explicit(flag, 1, AR))                     \
	X(add_seq_cst, true, atomic_fetch_add_explicit(flag, 1, SC))                     \
	X(then_acquire, true, (atomic_load_explicit(flag, RLX),                          \
	                       atomic_thread_fence(ACQ)))                                \
	X(then_release, false, (atomic_load_explicit(flag, RLX),                         \
	                        atomic_thread_fence(REL)))                               \
	X(then_acq_rel, true, (atomic_load_explicit(flag, RLX),                          \
	                       atomic_thread_fence(AR)))                                 \
	X(then_seq_cst, true, (atomic_load_explicit(flag, RLX),                          \
	                       atomic_thread_fence(SC)))                                 \
	X(add_then_acquire, true, (atomic_fetch_add_explicit(flag, 1, RLX),              \
	                           atomic_thread_fence(ACQ)))                            \
	X(then_for_signals, false, (atomic_load_explicit(flag, RLX),                     \
	                            atomic_signal_fence(SC)))                            \
	X(too_early, false, (atomic_thread_fence(SC),                                    \
	                     atomic_load_explicit(flag, RLX)))                           \
	X(blind_store, false, atomic_store_explicit(flag, 5, SC))                        \
	X(fails_acquire, true, cas(flag, 9, 1, RLX, ACQ))                                \
	X(fails_relaxed, false, cas(flag, 9, 1, ACQ, RLX))                               \
	X(fails_then_acquire, true, (cas(flag, 9, 1, REL, RLX),                          \
	                             atomic_thread_fence(ACQ)))                          \
	X(weak_fails, true, weak_cas(flag, 9, 1, AR, ACQ))                               \
	X(test_and_set, true, __sync_lock_test_and_set((int *)flag, 1))                  \
	X(byte_test_and_set, false, __atomic_test_and_set((bool *)flag, __ATOMIC_RELAXED)) \
	X(byte_test_and_set_acquire, true,                                               \
	  __atomic_test_and_set((bool *)flag, __ATOMIC_ACQUIRE))

/* Orders must be constants where the compiler sees them. */
#define cas(flag, from, to, success, failure)                                            \
	({ int expected_ = (from);                                                       \
	   atomic_compare_exchange_strong_explicit(flag, &expected_, to, success, failure); })
#define weak_cas(flag, from, to, success, failure)                                       \
	({ int expected_ = (from);                                                       \
	   atomic_compare_exchange_weak_explicit(flag, &expected_, to, success, failure); })

static struct { _Alignas(16) atomic_int flag; int data, seen; } pair_cells[1000], *pair_cell;

#define DEFINE(name, edge, act)                                                          \
	static void give_##name(void)                                                    \
	{                                                                                \
		atomic_int *flag = &pair_cell->flag;                                     \
		pair_cell->data = 1;                                                     \
		(void)(act);                                                             \
	}
#define VOID_DEFINE(name, edge, act)                                                     \
	static void take_##name(void)                                                    \
	{                                                                                \
		atomic_int *flag = &pair_cell->flag;                                     \
		(void)(act);                                                             \
		pair_cell->seen = pair_cell->data;                                       \
	}
GIVES(DEFINE)
TAKES(VOID_DEFINE)

struct pair_half {
	void (*act)(void);
	bool edge;
};
#define GIVE(name, edge, act) { give_##name, edge },
#define TAKE(name, edge, act) { take_##name, edge },
static const struct pair_half gives[] = { GIVES(GIVE) }, takes[] = { TAKES(TAKE) };

static int run_pairs(bool edge)
{
	int count = 0;

	for (unsigned g = 0; g < sizeof(gives) / sizeof(*gives); g++)
		for (unsigned t = 0; t < sizeof(takes) / sizeof(*takes); t++) {
			if ((gives[g].edge && takes[t].edge) != edge)
				continue;
			pair_cell = &pair_cells[count++];
			run_two(gives[g].act, takes[t].act);
		}
	return count;
}

#endif
