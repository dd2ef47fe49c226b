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

/* Is the whole granule S's own in this epoch, as far as this access goes? */
RACE_INLINE bool whole_granule_done(const race_cell *shadow, uint64_t word, uint64_t limit,
                                    bool write)
{
	return (race_load(&shadow[0]) ^ word) < limit ||
	       (!write && (race_load(&shadow[1]) ^ word) < limit);
}

static void touch_range(struct race_touch *t, uint64_t addr, uint64_t end)
{
	uint64_t limit = 1ull << (t->write ? RACE_CELL_WRITE_SHIFT : RACE_CELL_READ_SHIFT);
	race_cell own;

	t->mask = 0xff;
	own = race_granule_cell(t);
	for (t->granule = addr & ~7ull; t->granule < end; t->granule += 8) {
		race_cell *shadow = race_shadow_of(t->granule);

		t->mask = 0xff;
		if (t->granule < addr)
			t->mask &= 0xff << (addr - t->granule);
		if (t->granule + 8 > end)
			t->mask &= 0xff >> (t->granule + 8 - end);
		if (!t->atomic && whole_granule_done(shadow, t->word, limit, t->write))
			continue;
		if (!t->atomic && t->mask == 0xff && race_granule_touch_whole(shadow, t, own))
			continue;
		race_granule_touch(t);
	}
}

void race_access(struct race_thread *self, uint64_t addr, uint64_t bytes,
                 enum race_kind kind, uint32_t site)
{
	struct race_touch t = {
		.self = self,
		.word = __race_self.word,
		.site = site,
		.write = race_kind_is_write(kind),
		.atomic = race_kind_is_atomic(kind),
	};

	/* With one thread ever, all of this happens before all that another will do. */
	if (!race_runtime.threaded || !bytes)
		return;
	if (bytes <= 8)
		race_history_access(&__race_self, addr, site);
	if (t.atomic && (addr & 7) + bytes <= 8) {
		t.mask = ((1u << bytes) - 1) << (addr & 7);
		if (race_granule_touch_atomic(race_shadow_of(addr), &t))
			return;
	}
	if (bytes > 8 || (addr & 7) + bytes > 8)
		race_history_range(&__race_self, addr, bytes, site);
	touch_range(&t, addr, addr + bytes);
}

void race_access_fresh(uint64_t addr, uint64_t bytes, uint32_t site)
{
	uint64_t end = (addr + bytes + 7) & ~7ull;
	race_cell fresh = race_granule_allocation(__race_self.word, site);
	race_cell *shadow = race_shadow_of(addr);

	if (!race_runtime.threaded || !bytes)
		return;
	race_history_range(&__race_self, addr, bytes, site);
	for (addr &= ~7ull; addr < end; addr += 8, shadow += 2) {
		race_cell c0 = race_load(&shadow[0]);

		/* The memory is this thread's alone now: no need to change both at once. */
		race_store(&shadow[0], fresh);
		race_store(&shadow[1], 0);
		if (race_cell_is_list(c0))
			race_overflow_free(c0);
	}
}

/* ---- the hooks: from entry_x86_64.S ---- */

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
