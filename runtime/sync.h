/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sync.h - what orders threads: one object for each address that is a lock, an atomic,
 * a descriptor, ... It holds the clock of what was released there. Acquire: the thread
 * learns that clock. Release: the clock learns the thread's, and the thread goes into
 * a new epoch.
 *
 * Most of this work carries no news and is skipped (freshness, PLDI 2025): an acquire
 * when the thread knows the last release already, a copy when the releasing thread
 * learned nothing since its own release here was the last.
 *
 * Objects are found by address (in a mapped file by its name, shared.h) through two
 * levels: a table of pages, reserved whole, and for each page with objects one slot per
 * 8 bytes, a chain in it. An object goes when its memory is freed, or is forgotten by
 * its user (destroy).
 */
#ifndef RACE_SYNC_H
#define RACE_SYNC_H

#include "shared.h"
#include "thread.h"

struct race_sync {
	uint64_t addr;
	struct race_sync *next; /* in the slot's chain */
	struct race_spin lock;
	uint32_t bytes;          /* of the atomic here; 0: none yet, or RACE_SYNC_MIXED: */
	struct race_sync *mixed; /* the one that stands for it (mixed.h), else NULL */
	/* The newest release, as a cell without masks, when the clock is one thread's snapshot; 0
	 * when it is a join of several; without a clock 0, or when that began (race_sync_quiet). */
	uint64_t release;
	struct race_clock *clock;
	const struct race_life *head; /* who contributed to the clock first, */
	struct race_heads *heads;     /* and all who did (heads.h); NULL: nobody else */
	uint32_t releaser_news;       /* what the `news` of who released last was then */
	/* So far what each operation needs: one cache line goes from thread to thread. */
	uint32_t wide;      /* so many bytes from here on share it (mixed.h) */
	uint64_t set_aside; /* `release`, while assembly holds the lock (assembly.c) */
	race_cell update;   /* the newest update by assembly, as a cell (there, too) */
	struct race_order_lock *order; /* a lock's place among others (order.h), or NULL; */
	uint32_t order_number;         /* and its number there */
	uint32_t entering;   /* barrier: who came last is arrival so and so, for glibc, */
	struct round *round; /* and the round that threads arrive in (intercept_wait.c) */
};

#define RACE_SYNC_MIXED UINT32_MAX

/* The object at addr, or NULL. */
struct race_sync *race_sync_find(uint64_t addr);

#define RACE_SYNC_PAGE_SHIFT 12

struct race_sync_page {
	struct race_sync *slot[1u << (RACE_SYNC_PAGE_SHIFT - 3)];
};

/* NULL until there is an object. For race_sync_chain. */
extern RACE_HIDDEN struct race_sync_page **race_sync_pages;

RACE_INLINE struct race_sync **race_sync_slot(struct race_sync_page *page, uint64_t name)
{
	return &page->slot[name >> 3 & ((1u << (RACE_SYNC_PAGE_SHIFT - 3)) - 1)];
}

/* Objects in the same 8 bytes: the first, linked by `next`. By name (shared.h). */
RACE_INLINE struct race_sync *race_sync_chain(uint64_t name)
{
	struct race_sync_page **table = race_load_acquire(&race_sync_pages), *page;

	if (!table)
		return NULL;
	page = race_load_acquire(&table[(name & RACE_SHADOW_MASK) >> RACE_SYNC_PAGE_SHIFT]);
	return page ? race_load_acquire(race_sync_slot(page, name)) : NULL;
}

/* Nobody makes objects, nor takes them away. Inside race_enter; before any object's lock. */
void race_sync_lock(void);
void race_sync_unlock(void);

/* Under that lock, by name. */
struct race_sync *race_sync_make(uint64_t name);

/* The object at addr, made when there is none. */
struct race_sync *race_sync_find_or_make(uint64_t addr);

/* Where the first object there has the address, and no other name, that is the one: a mapping that
 * gives its bytes names (shared.h) has taken away what stood there before.
 *
 *     atomic x; T: store x        the object's name is &x
 *     T: q = mmap(a file)         from here on a name is to be looked for, where there is none by
 *     T: store x; store *q        the address: x's is there, q's bytes have none
 */
RACE_INLINE struct race_sync *race_sync_first(uint64_t addr)
{
	struct race_sync *sync = race_sync_chain(addr);

	return race_likely(sync && sync->addr == addr) ? sync : NULL;
}

RACE_INLINE struct race_sync *race_sync_get(uint64_t addr)
{
	struct race_sync *sync = race_sync_first(addr);

	return race_likely(sync != NULL) ? sync : race_sync_find_or_make(addr);
}

/* What who acquires the lock with this name will learn at least (race_clock_peek). */
uint32_t race_sync_peek(uint64_t name, uint64_t *into);

/* Locks the object, or the one that stands for it, which is returned. */
struct race_sync *race_sync_take(struct race_sync *sync);

/* All objects, one after the other; while the world holds still (stop.h). */
void race_sync_each(void (*visit)(struct race_sync *sync));

/* Objects in [addr, addr + bytes) are gone. (Those of shared files, by their names.) */
void race_sync_forget(uint64_t addr, uint64_t bytes);

/* self learns what was released. The caller holds sync's lock, or whatever the program
 * protects it with (a mutex's clock needs no lock: the mutex is held). */
void race_sync_acquire(struct race_thread *self, struct race_sync *sync);

/* Nothing is released there, and the lock's owner, who loads, is about to give it back: who loads
 * from here on needs no lock. What is put into `release` happens before
 * everything, as no release does, and was never put there before: a load that finds it behind the
 * value, too, has read none that was released meanwhile.
 *
 *     T: store x, relaxed            no clock: quiet
 *     U: store x, release            the clock, U's word in `release`, the value
 *     T: store x, relaxed            `release` 0, the clock goes, the value: quiet, by another number
 */
void race_sync_be_quiet(struct race_sync *sync);

RACE_INLINE void race_sync_quiet(struct race_sync *sync)
{
	if (race_unlikely(!sync->clock && !sync->release))
		race_sync_be_quiet(sync);
}

/* Is that in `release`? It has no tid, and no epoch. */
RACE_INLINE bool race_sync_is_quiet(uint64_t release)
{
	return release - 1 < UINT32_MAX;
}

/* self's own release was the last here, and it learned nothing since: a copy of its clock differs
 * in one entry. False: nothing is done. */
RACE_INLINE bool race_sync_copy_again(const struct race_thread *self, struct race_sync *sync)
{
	if (!sync->release || !sync->clock || race_cell_tid(sync->release) != self->tid ||
	    sync->releaser_news != self->news ||
	    sync->clock->size < race_load(&race_runtime.tids))
		return false;
	sync->clock->entry[self->tid] = self->clock[self->tid];
	sync->release = __race_self.word;
	return true;
}

/* The same for all of a release, acquired before or not. */
RACE_INLINE bool race_sync_release_again(const struct race_thread *self, struct race_sync *sync)
{
	return sync->head == self->life && !sync->heads && race_sync_copy_again(self, sync);
}

/* sync's clock becomes self's; the same caller's duty. self's epoch stays: tick after. */
void race_sync_store(struct race_thread *self, struct race_sync *sync);

/* sync's clock learns self's, beside what was there; likewise. */
void race_sync_merge(struct race_thread *self, struct race_sync *sync);

/* Does the clock hold what self released? */
bool race_sync_is_head(const struct race_thread *self, const struct race_sync *sync);

/* What self published earlier, `from`, joins what is there. */
void race_sync_merge_earlier(const struct race_thread *self, struct race_sync *sync,
                             const struct race_clock *from);

/* Of several threads' releases, only self's, one of them, stays. */
void race_sync_keep_own(struct race_thread *self, struct race_sync *sync);

/* What was released at sync is nobody's past any more (end of a release sequence). */
void race_sync_break(struct race_sync *sync);

/* Whole steps by address, under the object's lock, for what has no lock of its own. */
void race_sync_acquire_at(struct race_thread *self, uint64_t addr);
void race_sync_release_at(struct race_thread *self, uint64_t addr);

#endif
