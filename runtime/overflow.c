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
#define FIRST 2 /* number 0 ends a free chain */
#define FEW_BITS 1
_Static_assert(1 << FEW_BITS == RACE_OVERFLOW_FEW, "as few");

static struct pool {
	struct race_spin lock;
	uint32_t first_free;
	uint32_t out; /* given out here, less those recycled here */
} __attribute__((aligned(64))) pools[POOLS];

struct race_overflow *race_overflow_lists;
static struct race_spin making; /* the table; it is never taken before a pool's */
static uint32_t used = FIRST;

bool race_overflow_in_use(void)
{
	uint32_t out = 0;

	for (uint32_t i = 0; i < POOLS; i++)
		out += race_load(&pools[i].out);
	return out != 0;
}

static struct pool *own_pool(void)
{
	return &pools[race_cell_tid(__race_self.word) % POOLS];
}

/* A chain of two: those in one cache line are one thread's, at first. */
static uint32_t unused_pair(void)
{
	uint32_t number;

	race_spin_take(&making);
	if (!race_overflow_lists)
		race_overflow_lists = race_reserve(RACE_LISTS * sizeof(*race_overflow_lists), 4096,
		                                   "overflow lists");
	number = used;
	if (number >= RACE_LISTS)
		race_die(1, "more than 67 million words are read by many threads at once: "
		            "this version of librace cannot follow");
	race_store(&used, number + 2);
	race_spin_give(&making);
	race_overflow_lists[number].next_free = number + 1;
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
		race_store(&own->first_free, race_overflow_lists[number].next_free);
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
		while (race_overflow_lists[last].next_free)
			last = race_overflow_lists[last].next_free;
		race_overflow_lists[last].next_free = own->first_free;
	}
	race_store(&own->first_free, chain);
	race_spin_give(&own->lock);
}

struct race_overflow *race_overflow_new(void)
{
	struct pool *own = own_pool();
	uint32_t number = take_first(own), rest;
	struct race_overflow *list;

	if (!number) {
		number = chain_of_another(own);
		if (!number)
			number = unused_pair();
		rest = race_overflow_lists[number].next_free;
		if (rest)
			put_chain(own, rest);
	}
	list = &race_overflow_lists[number];
	race_spin_take(&list->lock);
	if (!list->room_bits)
		race_store_release(&list->room_bits, FEW_BITS);
	return list;
}

static void find_readers(struct race_overflow *list, const race_cell *cells)
{
	uint64_t readers = 0;

	if (race_overflow_has_few(list->room_bits))
		return;
	for (uint32_t i = 0; i < list->count && readers != ~0ull; i++)
		readers |= race_cell_changed(cells[i]) ? ~0ull : race_overflow_reader(cells[i]);
	race_store(&list->readers, readers);
}

void race_overflow_renew(race_cell (*renewed)(race_cell))
{
	for (uint32_t number = FIRST; number < race_load(&used); number++) {
		struct race_overflow *list = &race_overflow_lists[number];
		race_cell *cells;
		uint32_t kept = 0;

		race_spin_take(&list->lock);
		cells = race_overflow_cells(list, list->room_bits);
		for (uint32_t i = 0; i < list->count; i++) {
			cells[kept] = renewed(cells[i]);
			kept += cells[kept] != 0;
		}
		list->count = kept;
		find_readers(list, cells);
		race_spin_give(&list->lock);
	}
}

static RACE_NOINLINE void make_room(struct race_overflow *list, uint32_t count)
{
	uint8_t old_bits = list->room_bits, bits = old_bits;
	race_cell *old = race_overflow_cells(list, old_bits), *grown;

	while (1u << bits < count)
		bits++;
	grown = race_alloc(sizeof(*grown) << bits);
	for (uint32_t i = 0; i < list->count; i++)
		grown[i] = old[i];
	/* `many` stands where few cells were: who reads them meanwhile without the lock sees
	 * from room_bits that these are none. */
	race_store_release(&list->room_bits, 0);
	race_store_release(&list->many, grown);
	race_store(&list->readers, ~0ull);
	race_store_release(&list->room_bits, bits);
	/* The old array goes to our own pool, where a reader without the lock may still
	 * look at it: it then sees cells that are not its own, and takes the lock. */
	if (old != list->few)
		race_free(old, sizeof(*old) << old_bits);
}

static void see_to_room(struct race_overflow *list, uint32_t count)
{
	if (race_unlikely(count > 1u << list->room_bits))
		make_room(list, count);
}

void race_overflow_grow(struct race_overflow *list)
{
	see_to_room(list, list->count + 2);
}

void race_overflow_put_many(struct race_overflow *list, const race_cell *cells, uint32_t count)
{
	race_cell *own;

	see_to_room(list, count);
	own = race_overflow_cells(list, list->room_bits);
	if (cells != own)
		for (uint32_t i = 0; i < count; i++)
			race_store(&own[i], cells[i]);
	race_store(&list->count, (uint16_t)count);
	find_readers(list, own);
}

void race_overflow_add(struct race_overflow *list, race_cell cell)
{
	race_store(&race_overflow_cells(list, list->room_bits)[list->count], cell);
	/* Partner: the fence of who looks at the cells without the lock (list_covers). */
	race_store_release(&list->count, (uint16_t)(list->count + 1));
	race_store(&list->readers, list->readers | race_overflow_reader(cell));
}

void race_overflow_recycle(struct race_overflow *list)
{
	uint32_t generation = (list->generation + 1) % (1u << RACE_LIST_GENERATION_BITS);
	struct pool *own = own_pool();

	/* Room first: who finds the new generation finds few cells, and those who go over all
	 * lists find none. */
	race_store(&list->count, 0);
	list->lent = 0;
	if (list->room_bits > FEW_BITS) {
		race_free(list->many, sizeof(*list->many) << list->room_bits);
		race_store(&list->room_bits, FEW_BITS);
	}
	race_store_release(&list->generation, generation);
	race_spin_take(&own->lock);
	/* One that has had all generations is not used again: who comes late would
	 * take it for the one he knew. */
	if (generation) {
		list->next_free = own->first_free;
		race_store(&own->first_free, (uint32_t)(list - race_overflow_lists));
	}
	race_store(&own->out, own->out - 1);
	race_spin_give(&own->lock);
}

void race_overflow_free(race_cell c)
{
	struct race_overflow *list = race_overflow_of(c);

	race_enter();
	race_spin_take(&list->lock);
	race_overflow_recycle(list);
	race_spin_give(&list->lock);
	race_leave();
}
