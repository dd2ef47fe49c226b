/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * shadow.h - what is remembered of each granule (8 aligned bytes) of the program.
 *
 * A granule has two 64-bit cells side by side. A cell is one thread's accesses in one
 * epoch to that granule:
 *
 *     [ epoch 22 | tid 10 | not-read 8 | not-written 8 | site 16 ]
 *
 * One bit per byte in both masks, stored inverted, so that the all-zero cell means:
 * the main thread, in its epoch 0, read and wrote everything. That happens before
 * every access of every other thread; untouched shadow needs no work and is "empty".
 *
 *     byte's bits      not accessed  read   written       atomically accessed
 *     not-read             1          0        0                  1
 *     not-written          1          1        0                  0
 *
 * A cell is plain or atomic, never both; whether an atomic one wrote is told by its
 * site. A granule whose history does not fit into two cells has an overflow list
 * (overflow.h): cell 0 stays one of the set, and cell 1 names the list with the others, by
 * tid RACE_TID_LIST.
 *
 * Both cells change together, by one cmpxchg16b: two threads that publish at once can
 * never miss each other.
 */
#ifndef RACE_SHADOW_H
#define RACE_SHADOW_H

#include "base.h"

typedef uint64_t race_cell;

#define RACE_TIDS 1024
#define RACE_TID_LIST (RACE_TIDS - 1) /* never a thread: this granule has a list */
#define RACE_EPOCH_ONE (1ull << RACE_CELL_EPOCH_SHIFT)
/* How far epochs and tids go. Tests build a runtime in which they soon run out. */
#ifndef RACE_EPOCH_LAST
#define RACE_EPOCH_LAST ((1ull << (64 - RACE_CELL_EPOCH_SHIFT)) - 1)
#endif
#ifndef RACE_TIDS_MOST
#define RACE_TIDS_MOST RACE_TID_LIST
#endif
#define RACE_SITE_MASK ((1ull << RACE_CELL_SITE_BITS) - 1)
/* A vector clock's entry has all bits below the epoch set (clock.h). */
#define RACE_BELOW_EPOCH (RACE_EPOCH_ONE - 1)

#define RACE_SHADOW_BYTES (2 * (RACE_SHADOW_MASK + 8))

RACE_INLINE race_cell *race_shadow_of(uint64_t addr)
{
	return (race_cell *)(2 * (addr & RACE_SHADOW_MASK) + RACE_SHADOW_BASE);
}

RACE_INLINE uint32_t race_cell_tid(race_cell c)
{
	return (c >> RACE_CELL_TID_SHIFT) & (RACE_TIDS - 1);
}

RACE_INLINE uint64_t race_cell_epoch(race_cell c)
{
	return c >> RACE_CELL_EPOCH_SHIFT;
}

RACE_INLINE uint32_t race_cell_site(race_cell c)
{
	return c & RACE_SITE_MASK;
}

/* Bytes whose not-read bit is clear: plain reads and plain writes. */
RACE_INLINE uint32_t race_cell_plain(race_cell c)
{
	return ~(c >> RACE_CELL_READ_SHIFT) & 0xff;
}

/* Bytes whose not-written bit is clear: plain writes and atomics. */
RACE_INLINE uint32_t race_cell_changed(race_cell c)
{
	return ~(c >> RACE_CELL_WRITE_SHIFT) & 0xff;
}

RACE_INLINE uint32_t race_cell_touched(race_cell c)
{
	return race_cell_plain(c) | race_cell_changed(c);
}

RACE_INLINE bool race_cell_is_atomic(race_cell c)
{
	return race_cell_plain(c) == 0;
}

RACE_INLINE bool race_cell_is_list(race_cell c)
{
	return race_cell_tid(c) == RACE_TID_LIST;
}

/* Same thread and same epoch? `word` is a thread's own word. */
RACE_INLINE bool race_cell_same_epoch(race_cell c, uint64_t word)
{
	return (c ^ word) >> RACE_CELL_TID_SHIFT == 0;
}

/* The same access by the same thread as `fresh`, in an earlier epoch or the same? */
RACE_INLINE bool race_cell_like(race_cell c, race_cell fresh)
{
	return !((c ^ fresh) & RACE_BELOW_EPOCH & ~RACE_SITE_MASK);
}

RACE_INLINE uint64_t race_cell_masks(uint32_t not_read, uint32_t not_written)
{
	return (uint64_t)not_read << RACE_CELL_READ_SHIFT |
	       (uint64_t)not_written << RACE_CELL_WRITE_SHIFT;
}

/* The cell without these bytes; 0 when none is left. */
RACE_INLINE race_cell race_cell_without(race_cell c, uint32_t bytes)
{
	const uint64_t all = race_cell_masks(0xff, 0xff);

	c |= race_cell_masks(bytes, bytes);
	return (c & all) == all ? 0 : c;
}

/* Replaces both cells if they still are (old0, old1). */
RACE_INLINE bool race_shadow_swap(race_cell *cells, race_cell old0, race_cell old1,
                                  race_cell new0, race_cell new1)
{
	bool done;
	__asm__ volatile("lock cmpxchg16b %1"
	                 : "=@ccz"(done), "+m"(*(unsigned __int128 *)cells), "+a"(old0),
	                   "+d"(old1)
	                 : "b"(new0), "c"(new1)
	                 : "memory");
	return done;
}

/* Maps the shadow of the whole address space. Returns NULL, or why it could not. */
const char *race_shadow_map(void);

/* Gives back the memory behind shadow that was only ever read. To be called while no
 * cell has been written. */
void race_shadow_forget_zero_pages(void);

/* Has memory put behind whole pages of shadow that are going to be written: all at once it
 * costs a tenth of what it does page by page, where a read comes first. */
void race_shadow_populate(uint64_t page, uint64_t pages);

/* Is addr shadowed without ambiguity beside `other`? Two addresses of one process must
 * not share a shadow cell. */
bool race_shadow_apart(uint64_t addr, uint64_t other);

/* Of [addr, addr + bytes): does the first part have shadow that was ever touched? Its
 * length goes to *part. What has none is untouched, without looking at it. */
bool race_shadow_exists(uint64_t addr, uint64_t bytes, uint64_t *part);

/* A list is about to stand in these cells. */
void race_shadow_note_list(const race_cell *cells);

/* Counts of what ends the use of a thread's notes of reads (reads.h), by number of the block of
 * memory; blocks share counts. */
#define RACE_BLOCK_BYTES 128
#define RACE_SHADOW_LIVES 1024
extern RACE_HIDDEN uint32_t race_shadow_lives[RACE_SHADOW_LIVES];

/* To be loaded before what is noted is looked at. Partner: race_shadow_end_life, behind the change. */
RACE_INLINE uint32_t race_shadow_lives_at(uint64_t addr)
{
	return race_load_acquire(&race_shadow_lives[addr / RACE_BLOCK_BYTES % RACE_SHADOW_LIVES]);
}

/* A list has left the granule, or a racing write has taken the place of what is in it. Partner:
 * race_shadow_lives_at; the doors load it by a plain mov, which acquires on x86. */
RACE_INLINE void race_shadow_end_life(uint64_t addr)
{
	__atomic_fetch_add(&race_shadow_lives[addr / RACE_BLOCK_BYTES % RACE_SHADOW_LIVES], 1,
	                   __ATOMIC_RELEASE);
}

/* Makes [addr, addr + bytes) untouched. Drops whole pages; overflow lists in them are
 * given back. */
void race_shadow_clear(uint64_t addr, uint64_t bytes);

#endif
