/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reads.c - a thread's table of reads (reads.h). The door of a read looks here by
 * itself.
 */
#include "reads.h"

#include "alloc.h"
#include "platform.h"

#define READS (1ull << RACE_READS_BITS)
#define BYTES_SHIFT 48

void race_reads_note(struct race_thread *self, uint64_t addr, uint32_t mask, race_cell c)
{
	uint64_t when = __race_self.word | (uint32_t)c;
	struct race_read *entry;

	if (!self->reads)
		self->reads = race_reserve(READS * sizeof(*self->reads), 4096, "a thread's reads");
	entry = &self->reads[addr >> 3 & (READS - 1)];
	if (entry->when == when && (entry->granule ^ addr >> 3) << (64 - BYTES_SHIFT) == 0)
		mask |= entry->granule >> BYTES_SHIFT;
	/* A handler that comes between finds no entry. */
	race_store(&entry->when, 0);
	race_store(&entry->granule, addr >> 3 | (uint64_t)mask << BYTES_SHIFT);
	race_store(&entry->when, when);
}

void race_reads_forget(struct race_thread *self)
{
	race_sys_madvise(self->reads, READS * sizeof(*self->reads), MADV_DONTNEED);
}
