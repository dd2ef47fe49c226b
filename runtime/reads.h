/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reads.h - which bytes of granules with overflow lists a thread has read in its present
 * epoch. Tables that many threads read have lists; a thread that reads them again and again
 * must not search the lists each time. Its own table here, direct-mapped, has a bit for each
 * byte of a block of 128; a forgotten block costs a search for each granule, nothing else. It
 * begins small, and grows when one epoch reads more blocks than it has room for.
 *
 * A bit holds as long as its epoch and the life of the memory: nobody can have ordered the
 * read before an access of his own without a release of the reader's, which ends the epoch.
 * So who writes there meanwhile races with the read that the granule's set has, and the
 * first race is told. Where memory with a list begins a new life, the blocks of its number
 * are forgotten by all (race_shadow_lives).
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
	uint64_t when;    /* the thread's word, and the low half of the block's count of lives */
	uint64_t read[2]; /* a bit for each byte */
};

_Static_assert(sizeof(struct race_read) == 32, "door_x86_64.h");
_Static_assert(8 * sizeof(((struct race_read *)0)->read) == RACE_BLOCK_BYTES, "a bit for each");

/* self has read bytes `mask` of the granule at addr, and its set knows, whose list c1 names. */
void race_reads_note(struct race_thread *self, uint64_t addr, uint32_t mask, race_cell c1);

/* Has self noted these? To be called inside race_enter or a window. */
bool race_reads_has(const struct race_thread *self, uint64_t addr, uint32_t mask);

/* Its table is as new. */
void race_reads_forget(struct race_thread *self);

#endif
