/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * owner.h - who may change a page's cells with plain stores. Each 4096 bytes of the
 * program have an owner: nobody yet, one thread, or everybody. Everybody changes the two
 * cells of a granule together, by cmpxchg16b; the owner alone, while it is alone, stores
 * them one after the other.
 *
 *     NOBODY ----> T ----> MOVING ----> U, or EVERYBODY (the last state)
 *                   \----> T's old name ----> whoever comes first
 *
 * Whoever changes cells does it within a window of its own, a count in the upper half of
 * `busy`: open the window, look at the owner, change, close. The first to come takes the
 * page. Another that wants it
 *   1. sets MOVING, so that windows opened from here on find the page not theirs;
 *   2. has a barrier executed by all threads: what opened before is seen from here on;
 *   3. waits until T's window is closed, and is the owner, or makes it everybody's.
 * Who has wanted many of T's pages gives T another name instead, has the barrier and waits,
 * and tells all the new name then: what belongs to the old one is nobody's, and T takes its
 * pages back where it comes by. A name never comes again, so that who finds an old one may
 * take the page without asking. (As a class's locks are rebiased in bulk: Russell and
 * Detlefs, OOPSLA 2006.)
 * A page that changed hands some times becomes everybody's. So each change of a granule
 * is one step for all others, whoever makes it; test_owner_model.c tries all orders.
 *
 *     EVERYBODY <----> MOVING <----> READERS
 *
 * Where everybody reads what he has read before and nobody does anything else, a page is
 * the readers': each may put a new epoch into his own cells of reads by a plain store, for
 * nobody but him changes these. Whoever wants more makes it everybody's again. Either way the
 * windows of all threads are waited for; test_readers_model.c.
 *
 * In a window nobody waits for another's window; locks that are taken in one (a list's,
 * the registry's) are never held by who waits for a window.
 *
 * Cells of memory that begins a new life are stored without a window: nobody but the
 * thread that has got it changes them in a program without a race there.
 *
 * As biased locks are revoked (Kawachiya et al., OOPSLA 2002; Dice et al., 2006).
 */
#ifndef RACE_OWNER_H
#define RACE_OWNER_H

#include "thread.h"

#define RACE_OWNER_NOBODY 0
/* A thread, by the name its slot had then (race_slot_name) */
/* RACE_OWNER_NONE: never there */
#define RACE_OWNER_READERS 0xfffffffc
#define RACE_OWNER_MOVING 0xfffffc00 /* and as many more as there are different ones: */
#define RACE_OWNER_MOVINGS 1000
#define RACE_OWNER_EVERYBODY 0xffffffff

/* MOVING of this process: a page whose move had begun in a parent when it forked moves no
 * more, for who moved it is not in the child. */
RACE_INLINE uint32_t race_owner_moving(void)
{
	return RACE_OWNER_MOVING + race_process % RACE_OWNER_MOVINGS;
}

struct race_page {
	uint32_t owner;
	uint32_t cost; /* of the times it changed hands (owner.c); everybody's: of its calm */
};

_Static_assert(sizeof(struct race_page) == 8, "door_x86_64.h");

#define RACE_PAGE_SHIFT 12
#define RACE_PAGE_BYTES (1ull << RACE_PAGE_SHIFT)

/* Indexed by the page of the shadow cells: their address >> 13. */
extern RACE_HIDDEN struct race_page *race_pages;

RACE_INLINE struct race_page *race_page_of(uint64_t addr)
{
	return &race_pages[(uint64_t)race_shadow_of(addr) >> (RACE_PAGE_SHIFT + 1)];
}

/* Makes the table. */
void race_owner_init(void);

/* The page is not the calling thread's, nor everybody's, and [addr, addr + bytes), in
 * it and behind it, is about to be accessed: sees to that. Outside of a window. */
void race_owner_take(uint64_t addr, uint64_t bytes);

/* Opens the window on the page of addr; inside of race_enter. Is the thread alone? Then
 * plain stores do. `bytes` says how much from addr on is to be accessed. */
RACE_INLINE bool race_owner_open(uint64_t addr, uint64_t bytes)
{
	const struct race_page *page = race_page_of(addr);

	for (;;) {
		uint32_t owner;

		race_store(&__race_self.busy, __race_self.busy + RACE_WINDOW);
		/* The store is visible before this load: who sets MOVING sees to it. */
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		owner = race_load(&page->owner);
		if (race_likely(owner == race_load(&__race_self.as_owner)))
			return true;
		if (owner == RACE_OWNER_EVERYBODY)
			return false;
		race_store_release(&__race_self.busy, __race_self.busy - RACE_WINDOW);
		race_owner_take(addr, bytes);
	}
}

/* The same if the page is the thread's or everybody's already; *alone is what race_owner_open
 * returns. */
RACE_INLINE bool race_owner_open_try(uint64_t addr, bool *alone)
{
	uint32_t owner;

	race_store(&__race_self.busy, __race_self.busy + RACE_WINDOW);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	owner = race_load(&race_page_of(addr)->owner);
	*alone = owner == race_load(&__race_self.as_owner);
	if (*alone || owner == RACE_OWNER_EVERYBODY)
		return true;
	race_store_release(&__race_self.busy, __race_self.busy - RACE_WINDOW);
	return false;
}

/* Opens the window on the page of addr, if that is the readers'. Cells are to be read behind
 * that: it may have become the readers' while somebody changed them. */
RACE_INLINE bool race_owner_open_to_renew(uint64_t addr)
{
	race_store(&__race_self.busy, __race_self.busy + RACE_WINDOW);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (race_load_acquire(&race_page_of(addr)->owner) == RACE_OWNER_READERS &&
	    __race_self.as_owner != RACE_OWNER_NONE)
		return true;
	race_store_release(&__race_self.busy, __race_self.busy - RACE_WINDOW);
	return false;
}

/* On the page of addr, which was everybody's, so many cells of reads got a new epoch and
 * nothing else was done, or something was: 0. Outside of a window. */
void race_owner_note(uint64_t addr, uint32_t renewed);

/* What race_owner_open returned, within the window. */
RACE_INLINE bool race_owner_is_alone(uint64_t addr)
{
	return race_load(&race_page_of(addr)->owner) == race_load(&__race_self.as_owner);
}

RACE_INLINE void race_owner_close(void)
{
	race_store_release(&__race_self.busy, __race_self.busy - RACE_WINDOW);
}

/* Cells of the thread's window: both at once, or, when it is alone, one by one. */
RACE_INLINE bool race_owner_swap(bool alone, race_cell *cells, race_cell old0, race_cell old1,
                                 race_cell new0, race_cell new1)
{
	if (!alone)
		return race_shadow_swap(cells, old0, old1, new0, new1);
	race_store(&cells[0], new0);
	race_store(&cells[1], new1);
	return true;
}

#endif
