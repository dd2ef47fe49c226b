/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * overflow.c - the pools of lists (overflow.h): a table that never moves, reserved whole
 * and backed by memory as it grows, with chains of free entries, so many that threads that
 * make and leave lists all the time do not wait for each other. One whose chain has come to
 * its end takes another's.
 */
#include "overflow.h"

#include "alloc.h"
#include "print.h"

#define POOLS 16

static struct pool {
	struct race_spin lock;
	uint32_t first_free;
	uint32_t out; /* given out here, less those recycled here */
} __attribute__((aligned(64))) pools[POOLS];

static struct race_overflow *lists;
static struct race_spin making; /* the table; it is never taken before a pool's */
static uint32_t used = 1; /* number 0 ends a free chain */

bool race_overflow_in_use(void)
{
	uint32_t out = 0;

	for (uint32_t i = 0; i < POOLS; i++)
		out += race_load(&pools[i].out);
	return out != 0;
}

struct race_overflow *race_overflow_of(race_cell c)
{
	return &lists[(uint32_t)c % RACE_LISTS];
}

static struct pool *own_pool(void)
{
	return &pools[race_cell_tid(__race_self.word) % POOLS];
}

static uint32_t next_unused(void)
{
	uint32_t number;

	race_spin_take(&making);
	if (!lists)
		lists = race_reserve(RACE_LISTS * sizeof(*lists), 4096, "overflow lists");
	number = used;
	if (number >= RACE_LISTS)
		race_die(1, "more than 67 million words are read by many threads at once: "
		            "this version of librace cannot follow");
	race_store(&used, number + 1);
	race_spin_give(&making);
	return number;
}

/* No thread has two pools at once. */
static uint32_t chain_of_another(const struct pool *own)
{
	uint32_t chain = 0;

	for (struct pool *other = pools; other < pools + POOLS && !chain; other++) {
		if (other == own || !race_load(&other->first_free))
			continue;
		race_spin_take(&other->lock);
		chain = other->first_free;
		race_store(&other->first_free, 0);
		race_spin_give(&other->lock);
	}
	return chain;
}

static uint32_t take_first(struct pool *own)
{
	uint32_t number;

	race_spin_take(&own->lock);
	number = own->first_free;
	if (number)
		race_store(&own->first_free, lists[number].next_free);
	race_store(&own->out, own->out + 1);
	race_spin_give(&own->lock);
	return number;
}

/* The chain goes to the pool's end; it has not got one itself, most likely. */
static void put_chain(struct pool *own, uint32_t chain)
{
	uint32_t last = chain;

	race_spin_take(&own->lock);
	if (own->first_free) {
		while (lists[last].next_free)
			last = lists[last].next_free;
		lists[last].next_free = own->first_free;
	}
	race_store(&own->first_free, chain);
	race_spin_give(&own->lock);
}

struct race_overflow *race_overflow_new(void)
{
	struct pool *own = own_pool();
	uint32_t number = take_first(own), chain;
	struct race_overflow *list;

	if (!number && (chain = chain_of_another(own))) {
		number = chain;
		if (lists[chain].next_free)
			put_chain(own, lists[chain].next_free);
	}
	if (!number)
		number = next_unused();
	list = &lists[number];
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
	for (uint32_t number = 1; number < race_load(&used); number++) {
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
	struct pool *own = own_pool();

	race_store_release(&list->generation, generation);
	race_spin_take(&own->lock);
	/* One that has had all generations is not used again: reads.h. */
	if (generation) {
		list->next_free = own->first_free;
		race_store(&own->first_free, list->number);
	}
	race_store(&own->out, own->out - 1);
	race_spin_give(&own->lock);
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
