/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reads.h - which granules with overflow lists a thread has read in its present epoch.
 * Tables that many threads read have lists; a thread that reads them again and again
 * must not search the lists each time. Its own table here, direct-mapped, remembers
 * (granule, bytes, epoch, list); a forgotten entry costs a search, nothing else. It begins
 * small, and grows when one epoch reads more granules than it has room for.
 *
 * An entry holds as long as its epoch and its list: nobody can have ordered the read
 * before an access of his own without a release of the reader's, which ends the epoch.
 * So who writes there meanwhile races with the read that the granule's set has, and the
 * first race is told. Where memory begins a new life the list goes, and a later one of
 * the same granule has another name in cell 1, however many there are (overflow.h).
 */
#ifndef RACE_READS_H
#define RACE_READS_H

#include "thread.h"

#define RACE_READS_BYTES_SHIFT 42

struct race_read {
	uint64_t granule; /* of the list's generation the top bits; bytes read 8; address / 8 */
	uint64_t when;    /* the thread's word, and the low half of the list's name */
};

/* self has read bytes `mask` of the granule at addr, and the list that c1 names knows. */
void race_reads_note(struct race_thread *self, uint64_t addr, uint32_t mask, race_cell c1);

/* Its table is as new. */
void race_reads_forget(struct race_thread *self);

#endif
