/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * overflow.h - granules whose history needs more than two cells: several concurrent
 * readers, or bytes of one granule owned by different threads. Such a granule has a
 * list of any length; nothing is dropped. Cell 0 holds RACE_TID_LIST and the list's
 * number, cell 1 is zero. Lists are recycled, never unmapped: a thread that comes late
 * with an old number finds a list, and sees from cell 0 that it is another's.
 */
#ifndef RACE_OVERFLOW_H
#define RACE_OVERFLOW_H

#include "self.h"
#include "shadow.h"

struct race_overflow {
	struct race_spin lock;
	uint32_t number;
	uint32_t generation; /* goes up when the list leaves a granule */
	uint32_t count;
	uint32_t room;
	race_cell *cells;
	uint32_t next_free;
};

/* A list, locked, with the number that makes its cell. */
struct race_overflow *race_overflow_new(void);

#define RACE_LISTS (1u << 26)

/* Number and six bits of the generation: a granule's next list has another cell. */
RACE_INLINE race_cell race_overflow_cell(const struct race_overflow *list)
{
	return (uint64_t)RACE_TID_LIST << RACE_CELL_TID_SHIFT |
	       (uint32_t)(list->generation * RACE_LISTS) | list->number;
}

/* The list behind a granule's cell 0. */
struct race_overflow *race_overflow_of(race_cell c);

/* Does any granule have a list? */
bool race_overflow_in_use(void);

/* Puts for each cell of each list what `renewed` makes of it; 0: it goes. To be called
 * while the world holds still (stop.h). */
void race_overflow_renew(race_cell (*renewed)(race_cell));

/* Makes room for one more cell. */
void race_overflow_grow(struct race_overflow *list);

/* Gives the list back; nothing may name it any more. */
void race_overflow_recycle(struct race_overflow *list);

/* The same for the list that cell `c` named until just now. */
void race_overflow_free(race_cell c);

#endif
