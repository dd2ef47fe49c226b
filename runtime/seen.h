/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * seen.h - which races were met before, by hashes of their stacks, and how often again.
 * A race has a number, from 1 on; 0 is a race that nobody is told of. The caller holds
 * a lock but for race_seen_again.
 */
#ifndef RACE_SEEN_H
#define RACE_SEEN_H

#include "base.h"

/* True, with its number, when the key is known. */
bool race_seen_find(uint64_t key, uint32_t *number);

/* The key is the race `number`'s, too. Without memory to remember it, it stays new. */
void race_seen_add(uint64_t key, uint32_t number);

/* The race was met once more; any thread may say so. */
void race_seen_again(uint32_t number);

/* How often, beyond the first time. */
uint64_t race_seen_times(uint32_t number);

#endif
