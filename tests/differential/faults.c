/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * faults.c - one wrong step in the runtime at a time, put there by the linker's --wrap:
 *
 *   lost-join        a join teaches the joiner nothing
 *   missed-release   every eighth release to an unowned clock does not happen
 *   dropped-reader   a reader is forgotten when its granule gets a list
 *   wrong-mask       an access across granules loses its last byte
 *   skipped-fence    a fence does not acquire
 *   high-floor       the floor is one thread's clock, not the smallest of all
 *   missed-tick      every eighth release does not end the epoch
 *   lost-class       a renumbering loses every eighth cell
 *   blurred-class    a thread takes its epochs for ones that nobody tells apart
 *
 * faults.sh asks that each is found.
 */
#include "faults.h"

#include <string.h>

#include "access.h"
#include "apart.h"
#include "floor.h"
#include "overflow.h"
#include "recount.h"
#include "sync.h"

static const char *const names[] = { "none", "lost-join", "missed-release", "dropped-reader",
	                             "wrong-mask", "skipped-fence", "high-floor",
	                             "missed-tick", "lost-class", "blurred-class" };
static enum {
	NONE,
	LOST_JOIN,
	MISSED_RELEASE,
	DROPPED_READER,
	WRONG_MASK,
	SKIPPED_FENCE,
	HIGH_FLOOR,
	MISSED_TICK,
	LOST_CLASS,
	BLURRED_CLASS,
	FAULTS
} chosen;

bool fault_choose(const char *name)
{
	for (int i = 0; i < FAULTS; i++)
		if (!strcmp(name, names[i])) {
			chosen = i;
			return true;
		}
	return false;
}

#define WRAP(result, name, params)                                                     \
	result __real_##name params;                                                   \
	result __wrap_##name params;                                                   \
	result __wrap_##name params

WRAP(void, race_thread_join, (struct race_thread *self, struct race_thread *thread))
{
	static uint64_t known[RACE_TIDS];

	memcpy(known, self->clock, sizeof(known));
	__real_race_thread_join(self, thread);
	if (chosen == LOST_JOIN)
		memcpy(self->clock, known, sizeof(known));
}

static bool is_eighth(void)
{
	static uint32_t count;

	return ++count % 8 == 0;
}

WRAP(void, race_sync_store, (struct race_thread *self, struct race_sync *sync))
{
	if (chosen != MISSED_RELEASE || !is_eighth())
		__real_race_sync_store(self, sync);
}

WRAP(void, race_overflow_put_many, (struct race_overflow *list, const race_cell *cells, uint32_t count))
{
	if (chosen == DROPPED_READER && count > 1 && !race_cell_changed(cells[count - 1]))
		count--;
	__real_race_overflow_put_many(list, cells, count);
}

WRAP(void, race_entry_access,
     (uint64_t addr, struct race_site *site, uint64_t bytes, uint64_t pc))
{
	bool crosses = (addr & 7) + bytes > 8 && (addr + bytes) % 8;

	__real_race_entry_access(addr, site, bytes - (chosen == WRONG_MASK && crosses), pc);
}

WRAP(void, __race_fence, (uint32_t order))
{
	if (chosen != SKIPPED_FENCE)
		__real___race_fence(order);
	else if (order > 2 /* more than acquire */)
		__real___race_fence(3 /* release */);
}

WRAP(bool, race_floor_raise, (struct race_thread *self))
{
	bool raised = __real_race_floor_raise(self);

	if (chosen == HIGH_FLOOR) {
		memcpy(race_runtime.floor, self->clock, sizeof(race_runtime.floor));
		race_runtime.floor_rises++;
	}
	return raised;
}

WRAP(void, race_thread_tick, (struct race_thread *self))
{
	if (chosen != MISSED_TICK || !is_eighth())
		__real_race_thread_tick(self);
}

WRAP(race_cell, race_recount_cell, (race_cell c))
{
	return chosen == LOST_CLASS && is_eighth() ? 0 : __real_race_recount_cell(c);
}

WRAP(void, race_apart_find, (struct race_thread *self))
{
	__real_race_apart_find(self);
	if (chosen == BLURRED_CLASS)
		self->apart.count = 0, self->apart.from = self->first_epoch - 1;
}
