/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reads.c - a thread's table of reads (reads.h). The door of a read looks here by
 * itself.
 */
#include "reads.h"

#include "alloc.h"
#include "overflow.h"
#include "platform.h"

#define READS (1ull << RACE_READS_BITS)
#define TOP (~0ull << (64 - RACE_LIST_TOP_BITS))
#define BYTES (0xffull << RACE_READS_BYTES_SHIFT)

_Static_assert(RACE_SHADOW_MASK >> 3 < 1ull << RACE_READS_BYTES_SHIFT, "room");
_Static_assert((TOP & BYTES) == 0, "room");

void race_reads_note(struct race_thread *self, uint64_t addr, uint32_t mask, race_cell c1)
{
	uint64_t when = __race_self.word | (uint32_t)c1;
	uint64_t granule = (addr & RACE_SHADOW_MASK) >> 3 | (c1 & TOP);
	struct race_read *entry;

	if (!self->reads)
		self->reads = race_reserve(READS * sizeof(*self->reads), 4096, "a thread's reads");
	entry = &self->reads[addr >> 3 & (READS - 1)];
	if (entry->when == when && !((entry->granule ^ granule) & ~BYTES))
		mask |= (entry->granule & BYTES) >> RACE_READS_BYTES_SHIFT;
	/* A handler that comes between finds no entry. */
	race_store(&entry->when, 0);
	race_store(&entry->granule, granule | (uint64_t)mask << RACE_READS_BYTES_SHIFT);
	race_store(&entry->when, when);
}

void race_reads_forget(struct race_thread *self)
{
	race_sys_madvise(self->reads, READS * sizeof(*self->reads), MADV_DONTNEED);
}
