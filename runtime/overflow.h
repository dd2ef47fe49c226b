/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * overflow.h - granules whose history needs more than two cells: several concurrent
 * readers, bytes of one granule used by different threads or in different epochs. Such a
 * granule has a list of any length; nothing is dropped. Cell 0 is in use as ever, so that
 * the inlined test serves who uses the granule most; cell 1 has RACE_TID_LIST and names
 * the list of the others. The list's lock goes for cell 0, too. Lists are recycled, never
 * unmapped: a thread that comes late with an old number finds a list, and sees from cell
 * 1 that it is another's.
 */
#ifndef RACE_OVERFLOW_H
#define RACE_OVERFLOW_H

#include "self.h"
#include "shadow.h"

/* Half a cache line: most granules with a list have three cells, two of them here. */
#define RACE_OVERFLOW_FEW 2
struct race_overflow {
	struct race_spin lock;
	uint32_t generation; /* goes up when the list leaves a granule */
	union {
		uint32_t next_free;
		uint32_t floor_rises; /* when its cells were last held against the floor */
	};
	/* Of one thread's cells at most five have a byte in common (an allocation, reads and
	 * writes, plain and atomic): all are less than 65,536. */
	uint16_t count;
	/* Room for 1 << room_bits; 0: none yet, or `many` is just about to be another. It does not
	 * shrink within a generation, so that who has seen more than few finds an array. */
	uint8_t room_bits;
	uint8_t lent; /* a thread may have one of the cells (rereads.h) */
	union {
		race_cell few[RACE_OVERFLOW_FEW];
		struct { /* where there is room for more */
			race_cell *many;
			uint64_t readers; /* race_overflow_reader of all, if they read alone; or ~0 */
		};
	};
};

_Static_assert(sizeof(struct race_overflow) == 32, "two in a cache line");

#define RACE_LISTS (1u << 26)
extern RACE_HIDDEN struct race_overflow *race_overflow_lists; /* NULL until there is one */

RACE_INLINE bool race_overflow_has_few(uint32_t room_bits)
{
	return 1u << room_bits == RACE_OVERFLOW_FEW;
}

/* To be called with the lock; or by who looks at room_bits before and behind, and follows the
 * pointer only if the generation is still what it was before that. */
RACE_INLINE race_cell *race_overflow_cells(struct race_overflow *list, uint32_t room_bits)
{
	return race_overflow_has_few(room_bits) ? list->few : race_load(&list->many);
}

/* A bit for a cell's thread. */
RACE_INLINE uint64_t race_overflow_reader(race_cell c)
{
	return 1ull << race_cell_tid(c) % 64;
}

/* A list, locked. */
struct race_overflow *race_overflow_new(void);

/* Bits of the generation, and those of them that are on top of a cell; the others are
 * above the number. */
#define RACE_LIST_GENERATION_BITS 20
#define RACE_LIST_TOP_BITS 14

/* Number and generation: a granule's next list has another cell, however many it has. */
RACE_INLINE race_cell race_overflow_cell(const struct race_overflow *list)
{
	const uint32_t low_bits = RACE_LIST_GENERATION_BITS - RACE_LIST_TOP_BITS;

	return (uint64_t)(list->generation >> low_bits) << (64 - RACE_LIST_TOP_BITS) |
	       (uint64_t)RACE_TID_LIST << RACE_CELL_TID_SHIFT |
	       (uint32_t)(list->generation * RACE_LISTS) | (uint32_t)(list - race_overflow_lists);
}

/* The list that a granule's cell 1 names. */
RACE_INLINE struct race_overflow *race_overflow_of(race_cell c)
{
	return &race_overflow_lists[(uint32_t)c % RACE_LISTS];
}

/* Does any granule have a list? */
bool race_overflow_in_use(void);

/* Puts for each cell of each list what `renewed` makes of it; 0: it goes. To be called
 * while the world holds still (stop.h). */
void race_overflow_renew(race_cell (*renewed)(race_cell));

/* Makes room for two more cells, the granule's front cell and a new one. */
void race_overflow_grow(struct race_overflow *list);

/* Beside those that the list has. It has room for one more, and is not one of few. */
void race_overflow_add(struct race_overflow *list, race_cell cell);

/* The list's cells are these from here on. They may stand in their place already. */
void race_overflow_put_many(struct race_overflow *list, const race_cell *cells, uint32_t count);

RACE_INLINE void race_overflow_put(struct race_overflow *list, const race_cell *cells,
                                   uint32_t count)
{
	if (count != RACE_OVERFLOW_FEW || !race_overflow_has_few(list->room_bits)) {
		race_overflow_put_many(list, cells, count);
		return;
	}
	for (uint32_t i = 0; i < RACE_OVERFLOW_FEW; i++)
		race_store(&list->few[i], cells[i]);
	race_store(&list->count, RACE_OVERFLOW_FEW);
}

/* Gives the list back; nothing may name it any more. */
void race_overflow_recycle(struct race_overflow *list);

/* The same for the list that cell `c` named until just now. */
void race_overflow_free(race_cell c);

#endif
