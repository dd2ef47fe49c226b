/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * access.c - one memory access, whole (access.h): where a check ends that the inlined
 * test and the doors of entry_x86_64.S did not settle. An access is taken apart into
 * its granules (granule.c); what it did goes into the thread's history.
 */
#include "access.h"

#include "granule.h"
#include "history.h"
#include "overflow.h"
#include "range.h"
#include "stats.h"

static void touch_part(struct race_touch *t, uint64_t granule, uint64_t addr, uint64_t end)
{
	t->granule = granule;
	t->mask = 0xff;
	if (granule < addr)
		t->mask &= 0xff << (addr - granule);
	if (granule + 8 > end)
		t->mask &= 0xff >> (granule + 8 - end);
	race_granule_touch(t);
}

/* Whole granules, with what is left before and behind them. */
static void touch_range(struct race_touch *t, uint64_t addr, uint64_t end)
{
	uint64_t first = (addr + 7) & ~7ull, last = end & ~7ull;

	if (first != addr)
		touch_part(t, first - 8, addr, end);
	if (first < last)
		race_range_touch(t, first, last);
	if (last != end && last >= first)
		touch_part(t, last, addr, end);
}

/* Is this for granule.c at once? A plain access to all of a granule is a range else: range.c knows
 * the pages of the readers. */
static bool is_within(uint64_t addr, uint64_t bytes, enum race_kind kind)
{
	return (addr & 7) + bytes <= 8 && (bytes < 8 || race_kind_is_atomic(kind) ||
	                                   race_cell_is_list(race_load(&race_shadow_of(addr)[1])));
}

RACE_INLINE struct race_touch touch_of(struct race_thread *self, enum race_kind kind, uint32_t site)
{
	return (struct race_touch){
		.self = self,
		.site = site,
		.write = race_kind_is_write(kind),
		.atomic = race_kind_is_atomic(kind),
		.ends = kind == RACE_FREE,
	};
}

/* Bytes of one granule. */
static void access_within(struct race_thread *self, uint64_t addr, uint64_t bytes,
                          enum race_kind kind, uint32_t site)
{
	struct race_touch t = touch_of(self, kind, site);

	t.granule = addr & ~7ull;
	t.mask = ((1u << bytes) - 1) << (addr & 7);
	race_enter();
	race_count_many(t.atomic ? RACE_STAT_atomics : RACE_STAT_accesses, 1);
	race_history_access(&__race_self, addr, site);
	t.word = __race_self.word;
	if (!t.atomic || !race_granule_touch_atomic(&t))
		race_granule_touch(&t);
	race_leave();
}

/* Signals, and who stops the world, do not wait for all of a long range. */
#define SECTION (64ull << 10)

static RACE_NOINLINE void access_range(struct race_thread *self, uint64_t addr, uint64_t bytes,
                                       enum race_kind kind, uint32_t site)
{
	struct race_touch t = touch_of(self, kind, site);
	uint64_t end = addr + bytes, stop = (addr + SECTION) & -SECTION;

	race_enter();
	race_count_many(t.atomic  ? RACE_STAT_atomics :
	                bytes > 8 ? RACE_STAT_ranges :
	                            RACE_STAT_accesses, 1);
	if ((addr & 7) + bytes > 8)
		race_history_range(&__race_self, addr, bytes, site);
	else
		race_history_access(&__race_self, addr, site);
	t.word = __race_self.word;
	touch_range(&t, addr, stop < end ? stop : end);
	race_leave();
	for (; stop < end; stop += SECTION) {
		race_enter();
		t.word = __race_self.word;
		touch_range(&t, stop, end - stop < SECTION ? end : stop + SECTION);
		race_leave();
	}
}

void race_access(struct race_thread *self, uint64_t addr, uint64_t bytes,
                 enum race_kind kind, uint32_t site)
{
	/* With one thread ever, all of this happens before all that another will do. */
	if (!race_runtime.threaded || !bytes)
		return;
	if (is_within(addr, bytes, kind))
		access_within(self, addr, bytes, kind, site);
	else
		access_range(self, addr, bytes, kind, site);
}

/* Of more than that, the range's own loop finds out faster. */
#define DONE_MOST 128

/* What the inlined test asks. */
static bool is_done(const race_cell *cells, uint32_t mask, bool write)
{
	uint64_t bits = race_granule_done_bits(mask, write), word = __race_self.word;

	return !((race_load(&cells[0]) ^ word) & bits) ||
	       (!write && !((race_load(&cells[1]) ^ word) & bits));
}

bool race_access_is_done(uint64_t addr, uint64_t bytes, bool write)
{
	uint64_t end = addr + bytes;
	uint32_t mask = 0xff << (addr & 7) & 0xff;

	if (bytes > DONE_MOST)
		return false;
	for (addr &= ~7ull; addr < end; addr += 8, mask = 0xff) {
		if (addr + 8 > end)
			mask &= 0xff >> (addr + 8 - end);
		if (!is_done(race_shadow_of(addr), mask, write))
			return false;
	}
	return true;
}

void race_access_fresh(uint64_t addr, uint64_t bytes, uint32_t site)
{
	uint64_t end = (addr + bytes + 7) & ~7ull;
	race_cell *shadow = race_shadow_of(addr);

	if (!race_runtime.threaded || !bytes)
		return;
	race_enter();
	race_count(fresh);
	race_history_range(&__race_self, addr, bytes, site);
	for (addr &= ~7ull; addr < end; addr += 8, shadow += 2) {
		race_cell c1 = race_load(&shadow[1]);

		/* The memory is this thread's alone now: no need to change both at once. */
		race_store(&shadow[0], race_granule_allocation(__race_self.word, site));
		race_store(&shadow[1], 0);
		if (race_cell_is_list(c1)) {
			race_shadow_end_life(addr);
			race_overflow_free(c1);
		}
	}
	race_leave();
}

/* ---- the hooks: from entry_x86_64.S ---- */

/* A door has been left, and signals wait; or it stands in a section of ours. */
void race_entry_left(void)
{
	if (!race_is_busy() && race_load(&__race_self.pending))
		race_deliver_pending();
}

static uint32_t number_of(struct race_site *site, uint64_t pc)
{
	uint32_t number = race_load(&site->id);

	return race_likely(number != 0) ? number : race_site_enter(site, pc);
}

void race_entry_access(uint64_t addr, struct race_site *site, uint64_t bytes, uint64_t pc)
{
	struct race_thread *self = race_self();

	race_access(self, addr, bytes, site->kind, number_of(site, pc));
}

/* Constructors of a class and its bases store the vptr one after the other; one that
 * changes nothing is no race with the virtual calls of others. */
void race_entry_vptr(const uint64_t *addr, struct race_site *site, uint64_t vptr,
                     uint64_t pc)
{
	struct race_thread *self = race_self();

	if (*addr == vptr)
		race_access(self, (uint64_t)addr, sizeof(vptr), RACE_VPTR_READ,
		            race_site_of(pc, RACE_VPTR_READ, sizeof(vptr)));
	else
		race_access(self, (uint64_t)addr, sizeof(vptr), RACE_VPTR_WRITE,
		            number_of(site, pc));
}
