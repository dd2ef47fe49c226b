/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * overflow.c - the pool of lists (overflow.h): a table that never moves, reserved whole
 * and backed by memory as it grows, with a chain of free entries.
 */
#include "overflow.h"

#include "alloc.h"
#include "print.h"

static struct race_overflow *lists;
static uint32_t used = 1; /* number 0 ends the free chain */
static uint32_t first_free;
static uint32_t out; /* given out and not recycled */
static struct race_spin pool;

bool race_overflow_in_use(void)
{
	return race_load(&out) != 0;
}

struct race_overflow *race_overflow_of(race_cell c)
{
	return &lists[(uint32_t)c % RACE_LISTS];
}

struct race_overflow *race_overflow_new(void)
{
	struct race_overflow *list;
	uint32_t number;

	race_spin_take(&pool);
	if (!lists)
		lists = race_reserve(RACE_LISTS * sizeof(*lists), 4096, "overflow lists");
	number = first_free ? first_free : used++;
	if (number >= RACE_LISTS)
		race_die(1, "more than 67 million words are read by many threads at once: "
		            "this version of librace cannot follow");
	list = &lists[number];
	if (number == first_free)
		first_free = list->next_free;
	race_store(&out, out + 1);
	race_spin_give(&pool);
	race_spin_take(&list->lock);
	list->number = number;
	list->count = 0;
	if (!list->cells) {
		list->room = sizeof(list->few) / sizeof(list->few[0]);
		race_store_release(&list->cells, list->few);
	}
	return list;
}

void race_overflow_renew(race_cell (*renewed)(race_cell))
{
	for (uint32_t number = 1; number < used; number++) {
		struct race_overflow *list = &lists[number];
		uint32_t kept = 0;

		race_spin_take(&list->lock);
		for (uint32_t i = 0; i < list->count; i++) {
			list->cells[kept] = renewed(list->cells[i]);
			kept += list->cells[kept] != 0;
		}
		list->count = kept;
		race_spin_give(&list->lock);
	}
}

static void make_room(struct race_overflow *list, uint32_t count)
{
	uint32_t room = list->room;
	race_cell *grown;

	if (count <= room)
		return;
	while (room < count)
		room *= 2;
	grown = race_alloc(room * sizeof(*grown));
	for (uint32_t i = 0; i < list->count; i++)
		grown[i] = list->cells[i];
	/* The old array goes to our own pool, where a reader without the lock may still
	 * look at it: it then sees cells that are not its own, and takes the lock. */
	if (list->cells != list->few)
		race_free(list->cells, list->room * sizeof(*grown));
	race_store_release(&list->cells, grown);
	list->room = room;
}

void race_overflow_grow(struct race_overflow *list)
{
	make_room(list, list->count + 2);
}

void race_overflow_put(struct race_overflow *list, const race_cell *cells, uint32_t count)
{
	make_room(list, count);
	if (cells != list->cells)
		for (uint32_t i = 0; i < count; i++)
			race_store(&list->cells[i], cells[i]);
	list->count = count;
}

void race_overflow_recycle(struct race_overflow *list)
{
	uint32_t generation = (list->generation + 1) % (1u << RACE_LIST_GENERATION_BITS);

	race_store_release(&list->generation, generation);
	race_spin_take(&pool);
	/* One that has had all generations is not used again: reads.h. */
	if (generation) {
		list->next_free = first_free;
		first_free = list->number;
	}
	race_store(&out, out - 1);
	race_spin_give(&pool);
}

void race_overflow_free(race_cell c)
{
	struct race_overflow *list = race_overflow_of(c);

	race_enter();
	race_spin_take(&list->lock);
	list->count = 0;
	race_overflow_recycle(list);
	race_spin_give(&list->lock);
	race_leave();
}
