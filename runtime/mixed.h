/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * mixed.h - atomics of different sizes that share bytes. For C each has an address and a
 * size of its own; the machine orders them all the same, and programs that release by the
 * byte what they acquire by the word rely on it:
 *
 *     bytes      0   1   2   3   4   5   6   7
 *     lock      [  32 bits     ]
 *     owner     [ 8 ]
 *     tail              [16]
 *
 * As soon as two of them are met, one sync object (sync.h) stands for them all. What is
 * released there stays: a store to some of the bytes does not end what was released by the
 * others. So an edge may be there that is none, but none is missing.
 */
#ifndef RACE_MIXED_H
#define RACE_MIXED_H

#include "shared.h"
#include "sync.h"

/* race_mixed_find, where the first object in these 8 bytes is not the one. */
struct race_sync *race_mixed_look(uint64_t addr, uint32_t bytes);

/* An atomic of so many bytes at addr is to be read: its object, or NULL when nothing was
 * released there. */
RACE_INLINE struct race_sync *race_mixed_find(uint64_t addr, uint32_t bytes)
{
	struct race_sync *sync = race_sync_first(addr);

	return race_likely(sync != NULL) ? sync : race_mixed_look(addr, bytes);
}

/* The object that an atomic of so many bytes at sync's address has: sync, or another.
 * Inside race_enter; sync is locked, and so is what is returned. */
struct race_sync *race_mixed_settle(struct race_sync *sync, uint32_t bytes);

#endif
