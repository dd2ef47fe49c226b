/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * history.h - what a thread did lately, so that the whole stack of an earlier access
 * can be told. Each thread has a ring of 64-bit events, newest last:
 *
 *     call     pc               entry of a function; pc is its return address
 *     return   ~pc
 *     access   01 | site | granule    first access of an epoch to a granule
 *     length   101 | bytes      the access behind it covered that many bytes
 *     epoch    100 | tid | epoch      events before this one happened in that epoch
 *     lock     110 | 0 | kind | addr  a lock was taken (held.h)
 *     place    1110 | pc              the lock behind it was taken there
 *     unlock   110 | 1 | kind | addr  it was given back
 *
 * and a shadow call stack of return addresses. To find an old access's stack, start
 * with the thread's present stack and undo events, newest first, until the access. The
 * locks held then are found in the same way.
 */
#ifndef RACE_HISTORY_H
#define RACE_HISTORY_H

#include "held.h"
#include "thread.h"

#define RACE_EVENT_ACCESS (1ull << 62)
#define RACE_EVENT_LENGTH (5ull << 61)
#define RACE_EVENT_EPOCH (4ull << 61)
#define RACE_EVENT_LOCK (6ull << 61)
#define RACE_EVENT_GIVEN (1ull << 60)
#define RACE_EVENT_PLACE (14ull << 60)
#define RACE_EVENT_KIND_SHIFT 47
#define RACE_EVENT_SITE_SHIFT 44
#define RACE_EVENT_TYPE(event) ((event) >> 61)

RACE_INLINE void race_history_add(struct race_words *words, uint64_t event)
{
	uint64_t *slot = words->history;

	race_store(slot, event);
	words->history = (uint64_t *)((uint64_t)(slot + 1) & words->wrap);
}

RACE_INLINE uint64_t race_event_access(uint64_t addr, uint32_t site)
{
	uint64_t granule = addr >> 3 & ((1ull << RACE_EVENT_SITE_SHIFT) - 1);

	return RACE_EVENT_ACCESS | (uint64_t)site << RACE_EVENT_SITE_SHIFT | granule;
}

/* The words' epoch ends here. */
RACE_INLINE void race_history_epoch(struct race_words *words)
{
	race_history_add(words, RACE_EVENT_EPOCH | words->word >> RACE_CELL_TID_SHIFT);
}

RACE_INLINE void race_history_access(struct race_words *words, uint64_t addr, uint32_t site)
{
	race_history_add(words, race_event_access(addr, site));
}

RACE_INLINE void race_history_range(struct race_words *words, uint64_t addr, uint64_t bytes,
                                    uint32_t site)
{
	race_history_add(words, RACE_EVENT_LENGTH | bytes);
	race_history_access(words, addr, site);
}

RACE_INLINE uint64_t race_event_lock(uint64_t addr, uint64_t kind)
{
	return RACE_EVENT_LOCK | kind << RACE_EVENT_KIND_SHIFT | addr;
}

/* Gives a thread its ring and its shadow call stack, or empties those it has. */
void race_history_prepare(struct race_thread *thread);

/* What else is known of an earlier access. */
struct race_past {
	struct race_holds holds;
	uint64_t newer; /* events in the ring since then */
	const uint64_t *end; /* of the ring, when they were counted */
};

/* The stack of the access that left `c` at `addr` by the static access `site` (a leaf,
 * see site.h), in c's epoch or one before it, but behind `known`: c may stand for several
 * (apart.h), and who asks knows the thread's epochs so far. Returns false, with the site's own pc alone in *stack, when the ring no
 * longer holds it. `past` may be NULL. */
bool race_history_restore(race_cell c, uint64_t known, uint64_t addr, uint32_t site,
                          struct race_stack *stack, struct race_past *past);

/* The calling thread's shadow call stack under `pc`. */
void race_history_present(const struct race_words *words, uint64_t pc,
                          struct race_stack *stack);

#endif
