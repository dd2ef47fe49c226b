/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * squeeze.c - what is tried before a set of three cells gets a list (squeeze.h).
 */
#include "squeeze.h"

#include "apart.h"
#include "floor.h"
#include "stats.h"

static uint32_t below_floor_gone(race_cell *cells, uint32_t count)
{
	uint32_t kept = 1;

	for (uint32_t i = 1; i < count; i++)
		if (!race_floor_covers(cells[i]))
			cells[kept++] = cells[i];
	return kept;
}

uint32_t race_squeeze(race_cell *cells, uint32_t count, struct race_thread *self, uint32_t *rises,
                      bool raises)
{
	uint32_t kept = count, now = race_floor_rises();

	if (*rises != now)
		kept = below_floor_gone(cells, count);
	if (kept > 2)
		kept = race_apart_merge(self, cells, kept, raises);
	if (kept > 2 && raises) {
		bool raised = race_floor_raise(self);

		if (race_floor_rises() != now) {
			now = race_floor_rises();
			kept = below_floor_gone(cells, kept);
		}
		if (raised)
			race_floor_helped(self, kept <= 2);
	}
	*rises = now;
	return kept;
}
