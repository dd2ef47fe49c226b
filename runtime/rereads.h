/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rereads.h - reads of granules with overflow lists that a thread makes again, epoch by epoch.
 * Where many threads read what few write, each would have to put its new epoch into each list,
 * whose lines go from core to core. So a list lends a cell to its thread, which keeps the cell's
 * epoch and place in a table of its own from then on, by one cmpxchg, in the door; the list has
 * an older one. Whoever must know exactly takes the cell out of the table by an exchange first:
 * who is to write, who would drop it. One of the two comes first, and the other sees it.
 *
 *     R: load x; release; load x; release; load x      the list has R's first or second epoch
 *     W: acquires the first release; x = 1             takes R's third out of the table: a race
 *
 * A cell is lent and given back under its list's lock. The table is the slot's (slot.h),
 * direct-mapped by granule; an entry says which list it is from, and lists have names of their own,
 * so one that has left says nothing. It begins small, and grows while many give way.
 *
 * Of a thread's cells of one granule one is lent at most, and none while one of them is in front.
 * When the thread itself comes to the list it takes the cell back, so that it has one of an epoch.
 */
#ifndef RACE_REREADS_H
#define RACE_REREADS_H

#include "overflow.h"
#include "thread.h"

struct race_reread {
	race_cell cell; /* 0: nothing is lent */
	race_cell list; /* race_overflow_cell of it, or 0 */
};

_Static_assert(sizeof(struct race_reread) == 16, "door_x86_64.h");

/* self reads again what a cell of this list has, which is lent to it: `fresh` is the cell in the
 * present epoch. False: nothing is done. To be called inside race_enter or a window. */
bool race_reread(struct race_thread *self, uint64_t granule, race_cell list, race_cell fresh);

/* The list's cell, self's plain read, is lent. False: another granule has the place
 * (race_reread_make_room). To be called with the list's lock. */
bool race_reread_lend(struct race_thread *self, uint64_t granule, struct race_overflow *list,
                      race_cell cell);

/* What stands in the granule's place in self's table goes back to its list. To be called inside
 * race_enter, without any list's lock. */
void race_reread_make_room(struct race_thread *self, uint64_t granule);

race_cell race_reread_taken(struct race_overflow *list, uint64_t granule, race_cell c);
race_cell race_reread_seen(struct race_overflow *list, uint64_t granule, race_cell c);

/* A cell of the list with its last epoch, not lent any more. To be called with the list's lock;
 * the caller puts it into the list. */
RACE_INLINE race_cell race_reread_take(struct race_overflow *list, uint64_t granule, race_cell c)
{
	return list->lent && !race_cell_changed(c) ? race_reread_taken(list, granule, c) : c;
}

/* The same, but it stays lent: its epoch may be a later one by now. */
RACE_INLINE race_cell race_reread_see(struct race_overflow *list, uint64_t granule, race_cell c)
{
	return list->lent && !race_cell_changed(c) ? race_reread_seen(list, granule, c) : c;
}

/* All tables are emptied. To be called while the world holds still (stop.h). */
void race_rereads_give_back(void);

#endif
