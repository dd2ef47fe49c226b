/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reads.c - a thread's table of reads (reads.h). The door of a read looks here by
 * itself.
 */
#include "reads.h"

#include "alloc.h"
#include "overflow.h"
#include "platform.h"

#define FIRST_BITS 10
#define BITS 18 /* it is reserved for so many, but only those in use get memory */
#define TOP (~0ull << (64 - RACE_LIST_TOP_BITS))
#define BYTES (0xffull << RACE_READS_BYTES_SHIFT)

_Static_assert(RACE_SHADOW_MASK >> 3 < 1ull << RACE_READS_BYTES_SHIFT, "room");
_Static_assert((TOP & BYTES) == 0, "room");

static void make(struct race_thread *self)
{
	self->reads_last = (1u << FIRST_BITS) - 1;
	self->reads = race_reserve(sizeof(*self->reads) << BITS, 4096, "a thread's reads");
}

/* An entry is about to give way. When it grows, those that stand elsewhere from now on are
 * forgotten. */
static void lose(struct race_thread *self, uint32_t epoch)
{
	if (self->reads_epoch != epoch)
		self->reads_lost = 0;
	self->reads_epoch = epoch;
	if (++self->reads_lost > self->reads_last / 4 && !(self->reads_last >> (BITS - 1))) {
		self->reads_last = self->reads_last * 2 + 1;
		self->reads_lost = 0;
	}
}

void race_reads_note(struct race_thread *self, uint64_t addr, uint32_t mask, race_cell c1)
{
	uint64_t when = __race_self.word | (uint32_t)c1;
	uint64_t granule = (addr & RACE_SHADOW_MASK) >> 3 | (c1 & TOP);
	struct race_read *entry;

	if (!self->reads)
		make(self);
	entry = &self->reads[addr >> 3 & self->reads_last];
	if (entry->when == when && !((entry->granule ^ granule) & ~BYTES))
		mask |= (entry->granule & BYTES) >> RACE_READS_BYTES_SHIFT;
	else if (race_cell_same_epoch(entry->when, when))
		lose(self, (uint32_t)(when >> RACE_CELL_TID_SHIFT));
	/* A handler that comes between finds no entry. */
	race_store(&entry->when, 0);
	race_store(&entry->granule, granule | (uint64_t)mask << RACE_READS_BYTES_SHIFT);
	race_store(&entry->when, when);
}

void race_reads_forget(struct race_thread *self)
{
	race_sys_madvise(self->reads, sizeof(*self->reads) << BITS, MADV_DONTNEED);
}
