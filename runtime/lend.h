/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * lend.h - what lists lend to their readers (rereads.h), and the short ways of reads that come to
 * a list. All but race_lend_make_ready is called with the list's lock, where cells 0 and 1 are
 * c0 and the list's c1.
 */
#ifndef RACE_LEND_H
#define RACE_LEND_H

#include "judge.h"
#include "reads.h"
#include "rereads.h"

/* A read of some bytes: most likely others of them come next, and a cell is lent at once. */
RACE_INLINE bool race_lend_may_go_on(const struct race_touch *t)
{
	return race_judge_is_plain_read(t) && t->mask != 0xff;
}

/* The thread's table has room for what a list may lend it; `list` is its cell, or 0. To be called
 * inside race_enter, without any list's lock. */
RACE_INLINE void race_lend_make_ready(const struct race_touch *t, race_cell list)
{
	if (race_lend_may_go_on(t))
		race_reread_clear(t->self, t->granule, list);
}

/* All cells are as the access is to judge them. */
void race_lend_settle(struct race_overflow *list, const struct race_touch *t);

/* The thread's cell, at `own` in the list, is lent at once if more of it may come. */
void race_lend_first(struct race_overflow *list, uint32_t own, const struct race_touch *t);

/* A read that needs not all of the set: the thread's first one beside those of many others, the
 * same in a later epoch, one that goes on. False: nothing is done. *lent becomes false where a
 * cell should have been lent, but for another's in its place. */
bool race_lend_read(struct race_overflow *list, race_cell c0, race_cell c1, race_cell *shadow,
                    const struct race_touch *t, bool *lent);

/* What the thread's cell `own`, of this epoch, has is noted for the doors (reads.h). `lives`:
 * race_shadow_lives_at, before the set was looked at. */
RACE_INLINE void race_lend_note_read(race_cell own, const struct race_touch *t, uint32_t lives)
{
	if (race_judge_is_plain_read(t))
		race_reads_note(t->self, t->granule, race_cell_plain(own), t->word | lives);
}

/* Now and then an access takes the long way, on which the set may become smaller. */
RACE_INLINE bool race_lend_long_way(void)
{
	return !((uint64_t)__race_self.history & 31 << 3);
}

#endif
