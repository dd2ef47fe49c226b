/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rereads.h - reads of granules with overflow lists that a thread makes again, epoch by epoch,
 * or goes on with, byte by byte. Where many threads read what few write, each would have to put
 * its new epoch, or one more byte, into each list, whose lines go from core to core. So a list
 * lends a cell to its thread, which keeps it in a table of its own from then on, by one cmpxchg,
 * in the door; the list has an older one, marked as lent (RACE_SITE_LENT). Whoever must know
 * exactly takes the cell out of the table by an exchange first: who is to write, who would drop
 * it. One of the two comes first, and the other sees it.
 *
 *     R: load x; release; load x; release; load x      the list has R's first or second epoch
 *     W: acquires the first release; x = 1             takes R's third out of the table: a race
 *
 * A cell is lent and given back under its list's lock. The table is the slot's (slot.h),
 * direct-mapped by granule; an entry says which list it is from, and lists have names of their own,
 * so one that has left says nothing. It begins small, and grows while many give way.
 *
 * Of a thread's cells of one granule one is lent at most, its latest, and none while one of them is
 * in front. When the thread itself comes to the list it takes the cell back, so that it has one of
 * an epoch. A byte more needs no look at the list: when the cell was lent the thread knew all that
 * is written there, and who writes since takes the cell.
 */
#ifndef RACE_REREADS_H
#define RACE_REREADS_H

#include "overflow.h"
#include "site.h"
#include "thread.h"

struct race_reread {
	race_cell cell; /* 0: nothing is lent */
	race_cell list; /* race_overflow_cell of it, or 0 */
};

_Static_assert(sizeof(struct race_reread) == 16, "door_x86_64.h");

/* What this list has lent self, or NULL: only self's table is looked at. To be called inside
 * race_enter or a window. */
struct race_reread *race_reread_find(const struct race_thread *self, uint64_t granule,
                                     race_cell list);

/* self's lent cell, which was `before`, is `after`. False: it is lent no more. Partner: the
 * exchange of who takes it. */
RACE_INLINE bool race_reread_change(struct race_reread *entry, race_cell before, race_cell after)
{
	return __atomic_compare_exchange_n(&entry->cell, &before, after, false, __ATOMIC_SEQ_CST,
	                                   __ATOMIC_RELAXED);
}

/* The list's cell, self's latest, a plain read, is lent. False: another granule has the place
 * (race_reread_make_room). To be called with the list's lock; self knows all that is written. */
bool race_reread_lend(struct race_thread *self, uint64_t granule, struct race_overflow *list,
                      race_cell *cell);

/* What stands in the granule's place in self's table, unless it is this list's, goes back to its
 * own. To be called inside race_enter, without any list's lock. */
void race_reread_clear(const struct race_thread *self, uint64_t granule, race_cell list);

/* The same because a cell could not be lent: the table may grow. */
void race_reread_make_room(struct race_thread *self, uint64_t granule);

RACE_INLINE bool race_reread_is_lent(race_cell c)
{
	return race_cell_site(c) == RACE_SITE_LENT;
}

race_cell race_reread_taken(uint64_t granule, race_cell c);
race_cell race_reread_seen(uint64_t granule, race_cell c);

/* A cell of the list as its thread has it, not lent any more. To be called with the list's lock;
 * the caller puts it into the list (race_reread_put). */
RACE_INLINE race_cell race_reread_take(uint64_t granule, race_cell c)
{
	return race_reread_is_lent(c) ? race_reread_taken(granule, c) : c;
}

/* The same, but it stays lent, and marked: its epoch may be a later one by now, its bytes more. */
RACE_INLINE race_cell race_reread_see(uint64_t granule, race_cell c)
{
	return race_reread_is_lent(c) ? race_reread_seen(granule, c) : c;
}

/* A thread's latest cell, lent or taken, which stands at `at` in the list, is what it has become.
 * Bytes that were added to it are in the thread's older ones, too, which lose them. Returns where it
 * is then. To be called with the list's lock. */
uint32_t race_reread_put(struct race_overflow *list, uint32_t at, race_cell latest);

/* All tables are emptied. To be called while the world holds still (stop.h). */
void race_rereads_give_back(void);

#endif
