/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reads.h - which bytes of granules with overflow lists a thread has read in its present
 * epoch. Tables that many threads read have lists; a thread that reads them again and again
 * must not search the lists each time. Its own table here, direct-mapped, has a bit for each
 * byte of a block of 128; a forgotten block costs a search for each granule, nothing else. It
 * begins small, and grows when one epoch reads more blocks than it has room for.
 *
 * A bit holds as long as its epoch, and until the granule's list leaves it, or a race has cells
 * of the list give way (race_shadow_end_life; blocks of one number are forgotten together). Else
 * the read is in the set: nobody can have ordered it before an access of his own without a
 * release of the reader's, which ends the epoch.
 *
 *     R: load x          the list has it, and R's table
 *     R: load x          found in the table: no list is looked at
 *     W: x = 1           races with the second load; so it does with the first
 */
#ifndef RACE_READS_H
#define RACE_READS_H

#include "shadow.h"
#include "thread.h"

struct race_read {
	uint64_t block;   /* address / RACE_BLOCK_BYTES */
	uint64_t when;    /* the thread's word, and the block's race_shadow_lives */
	uint64_t read[2]; /* a bit for each byte */
};

_Static_assert(sizeof(struct race_read) == 32, "door_x86_64.h");
_Static_assert(8 * sizeof(((struct race_read *)0)->read) == RACE_BLOCK_BYTES, "a bit for each");

/* The granule's set has self's read of bytes `mask` in the epoch of `when`: self's word then, and
 * in the low half race_shadow_lives_at that, as it was before the set was looked at. */
void race_reads_note(struct race_thread *self, uint64_t addr, uint32_t mask, uint64_t when);

/* Has self noted these? To be called inside race_enter or a window. */
bool race_reads_has(const struct race_thread *self, uint64_t addr, uint32_t mask);

/* Its table is as new. */
void race_reads_forget(struct race_thread *self);

#endif
