/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reads.c - a thread's table of reads (reads.h). The door of a read looks here by
 * itself.
 */
#include "reads.h"

#include "alloc.h"
#include "platform.h"

#define FIRST_BITS 9
#define BITS 17 /* it is reserved for so many, but only those in use get memory */

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

/* Where in the block's bits the granule's are. */
RACE_INLINE uint32_t half(uint64_t addr)
{
	return addr >> 6 & 1;
}

RACE_INLINE uint64_t bits(uint64_t addr, uint32_t mask)
{
	return (uint64_t)mask << (addr & 63 & ~7ull);
}

void race_reads_note(struct race_thread *self, uint64_t addr, uint32_t mask, uint64_t when)
{
	uint64_t block = addr / RACE_BLOCK_BYTES;
	struct race_read *entry;

	race_enter(); /* so that no handler has the entry give way meanwhile */
	if (!self->reads)
		make(self);
	entry = &self->reads[block & self->reads_last];
	if (entry->when != when || entry->block != block) {
		if (entry->block != block && race_cell_same_epoch(entry->when, when))
			lose(self, (uint32_t)(when >> RACE_CELL_TID_SHIFT));
		entry = &self->reads[block & self->reads_last];
		*entry = (struct race_read){ .block = block, .when = when };
	}
	entry->read[half(addr)] |= bits(addr, mask);
	race_leave();
}

bool race_reads_has(const struct race_thread *self, uint64_t addr, uint32_t mask)
{
	uint64_t block = addr / RACE_BLOCK_BYTES;
	const struct race_read *entry;

	if (!self->reads)
		return false;
	entry = &self->reads[block & self->reads_last];
	return entry->block == block && entry->when == (__race_self.word | race_shadow_lives_at(addr)) &&
	       !(bits(addr, mask) & ~entry->read[half(addr)]);
}

void race_reads_forget(struct race_thread *self)
{
	race_sys_madvise(self->reads, sizeof(*self->reads) << BITS, MADV_DONTNEED);
}
