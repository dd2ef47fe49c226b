/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * shared.h - one name for what several mappings show. A file mapped twice shows the same
 * lock or atomic at two addresses; whatever is found by address is found by this name
 * instead, made of the file and the offset in it:
 *
 *     name = 1 | hash of the file: 23 | offset: 40        (no address has the top bit)
 *
 * A lock in no such file is found by its address, and no name is looked for (race_sync_first).
 * Anonymous shared memory has one address only, and keeps it for a name.
 */
#ifndef RACE_SHARED_H
#define RACE_SHARED_H

#include "self.h"

/* [addr, addr + bytes) shows a file from that offset on. Whatever it showed before is
 * gone, and what has that address for a name, too (race_sync_forget). */
void race_shared_add(uint64_t addr, uint64_t bytes, uint64_t device, uint64_t inode,
                     uint64_t offset);

/* The same; which file, the kernel knows (/proc/self/maps). */
void race_shared_look(uint64_t addr);

/* [addr, addr + bytes) is unmapped, or something else. */
void race_shared_drop(uint64_t addr, uint64_t bytes);

extern RACE_HIDDEN uint32_t race_shared_count; /* mappings known */
uint64_t race_shared_find(uint64_t addr);

RACE_INLINE uint64_t race_shared_name(uint64_t addr)
{
	return race_likely(!race_load(&race_shared_count)) ? addr : race_shared_find(addr);
}

#endif
