/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * owner.c - pages change hands (owner.h).
 */
#include "owner.h"

#include "alloc.h"
#include "platform.h"
#include "slot.h"
#include "stats.h"
#include "stop.h"

#define PAGES ((RACE_SHADOW_MASK + 8) >> RACE_PAGE_SHIFT)

/* An access may go over so many pages that they are handed over together. */
#define AT_ONCE_MOST 64

/* What it costs that a page changes hands: with a barrier, and when it was free. A page that
 * cost so much is everybody's. */
#define COST_MOVED 16
#define COST_TAKEN 1
#define COST_MOST 32

/* A barrier costs as much as to take so many pages again. */
#define BARRIER_IN_PAGES 128

/* Memory is put behind the shadow of so many pages at once. */
#define BLOCK_LEAST 16
#define BLOCK_MOST 64

/* So many new epochs of reads in a row make a page the readers', twice as many the next
 * time; one that often was and did not stay so is everybody's for good. */
#define CALM 2048
#define CALM_MOST 4

#define RENAMED_MOST ((RACE_OWNER_MOVING >> RACE_SLOT_NAME_SHIFT) - 1)
_Static_assert(RACE_OWNER_MOVING + RACE_OWNER_MOVINGS <= RACE_OWNER_READERS, "they differ");

struct race_page *race_pages;
static bool without_barrier; /* the kernel has none to offer: all pages are everybody's */

/* Under each slot's present name, about: the pages taken, and those handed over. */
static struct {
	uint32_t taken, lost;
	uint32_t share; /* of what its last name's barriers cost, for each page taken meanwhile */
} balance[RACE_TIDS];

void race_owner_init(void)
{
	struct race_page *pages = race_reserve((BLOCK_MOST + PAGES + AT_ONCE_MOST) * sizeof(*pages),
	                                       4096, "the table of pages");

	race_pages = pages + BLOCK_MOST - (RACE_SHADOW_BASE >> (RACE_PAGE_SHIFT + 1));
	without_barrier = !race_barrier_in_all();
}

static bool has_window(uint32_t tid)
{
	const struct race_thread *thread;
	const struct race_words *words;
	bool open;

	/* The words live as long as the thread has not passed race_thread_finish. */
	race_thread_lock();
	thread = race_thread_in_slot(tid);
	words = thread ? thread->words : NULL;
	open = words && words != &__race_self && race_load_acquire(&words->busy) >= RACE_WINDOW;
	race_thread_unlock();
	return open;
}

static bool lives(uint32_t tid)
{
	const struct race_thread *thread;
	bool alive;

	race_thread_lock();
	thread = race_thread_in_slot(tid);
	alive = thread && thread->words && thread->words != &__race_self;
	race_thread_unlock();
	return alive;
}

static void wait_until_closed(uint32_t tid)
{
	for (uint32_t i = 0; has_window(tid); i++)
		if (i < 100)
			__builtin_ia32_pause();
		else
			race_sys_sched_yield();
}

static void wait_for_window(uint32_t tid)
{
	if (!lives(tid))
		return;
	race_barrier_in_all();
	wait_until_closed(tid);
}

static uint32_t tid_of(uint32_t owner)
{
	return (owner & ((1u << RACE_SLOT_NAME_SHIFT) - 1)) - 1;
}

/* A name that is newer than the one that all know is its thread's already. */
static bool is_free(uint32_t owner)
{
	return owner == RACE_OWNER_NOBODY ||
	       owner >> RACE_SLOT_NAME_SHIFT < race_load_acquire(&race_slots[tid_of(owner)].renamed);
}

static bool claim(struct race_page *page, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(&page->owner, &from, to, false, __ATOMIC_SEQ_CST,
	                                   __ATOMIC_RELAXED);
}

static void add(uint32_t *count, uint32_t n)
{
	__atomic_fetch_add(count, n, __ATOMIC_RELAXED);
}

/* The memory behind the shadow of some pages costs a tenth, if it is asked for before the
 * shadow is read: where a quarter of a block's pages are in use, the others will be, too. */
static void populate_block(const struct race_page *page, uint32_t block)
{
	uint64_t first = (uint64_t)(page - race_pages) & -(uint64_t)block;
	uint32_t in_use = 0;

	for (uint32_t i = 0; i < block; i++)
		in_use += race_load(&race_pages[first + i].owner) != RACE_OWNER_NOBODY;
	if (in_use == block / 4)
		race_shadow_populate(first, block);
}

/* Returns whether the page was nobody's before. */
static bool take_one(struct race_page *page, uint32_t owner)
{
	uint32_t me = __race_self.as_owner, cost = race_load(&page->cost);

	if (owner != RACE_OWNER_NOBODY && tid_of(owner) != tid_of(me))
		cost += COST_TAKEN + race_load(&balance[tid_of(owner)].share);
	if (without_barrier || me == RACE_OWNER_NONE || cost > COST_MOST)
		me = RACE_OWNER_EVERYBODY;
	if (!claim(page, owner, me))
		return false;
	race_count(pages_taken);
	race_count_many(RACE_STAT_pages_shared, me == RACE_OWNER_EVERYBODY);
	race_store(&page->cost, me == RACE_OWNER_EVERYBODY ? 0 : cost);
	if (me != RACE_OWNER_EVERYBODY)
		add(&balance[tid_of(me)].taken, 1);
	return owner == RACE_OWNER_NOBODY;
}

static void take_free(struct race_page *page, uint32_t owner, uint32_t most)
{
	uint32_t fresh = 0;

	if (!take_one(page, owner))
		return;
	while (++fresh < most && race_load(&page[fresh].owner) == RACE_OWNER_NOBODY)
		take_one(&page[fresh], RACE_OWNER_NOBODY);
	if (fresh > 1)
		race_shadow_populate((uint64_t)(page - race_pages), fresh);
	for (uint32_t block = BLOCK_LEAST; fresh == 1 && block <= BLOCK_MOST; block *= 4)
		populate_block(page, block);
}

/* Up to `most` pages from this one on, as far as they are `from`'s. */
static void move(struct race_page *page, uint32_t from, uint32_t most)
{
	uint32_t me = __race_self.as_owner, count = 0;

	while (count < most && race_load(&page[count].owner) == from &&
	       claim(&page[count], from, race_owner_moving()))
		count++;
	if (!count)
		return;
	race_count(hand_overs);
	race_count_many(RACE_STAT_pages_moved, count);
	add(&balance[tid_of(from)].lost, 1);
	wait_for_window(tid_of(from));
	for (uint32_t i = 0; i < count; i++) {
		uint32_t cost = race_load(&page[i].cost) + COST_MOVED;
		bool settled = me == RACE_OWNER_NONE || cost > COST_MOST;

		race_store(&page[i].cost, settled ? 0 : cost);
		race_count_many(RACE_STAT_pages_shared, settled);
		race_store_release(&page[i].owner, settled ? RACE_OWNER_EVERYBODY : me);
	}
	if (me != RACE_OWNER_NONE)
		add(&balance[tid_of(me)].taken, count);
}

/* Does a thread run on behind its end as far as we know it? Its windows are not waited for. */
static bool some_run_on(void)
{
	bool found = false;

	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids && !found; tid++) {
		const struct race_thread *thread = race_thread_in_slot(tid);

		found = thread && !thread->words && race_slot_is_running(thread);
	}
	race_thread_unlock();
	return found;
}

static void change_for_all(struct race_page *page, uint32_t from, uint32_t to)
{
	if (!claim(page, from, race_owner_moving()))
		return;
	race_barrier_in_all();
	for (uint32_t tid = 0; tid < race_load(&race_runtime.tids); tid++)
		wait_until_closed(tid);
	race_store_release(&page->owner, to == RACE_OWNER_READERS && some_run_on() ? from : to);
}

void race_owner_note(uint64_t addr, uint32_t renewed)
{
	struct race_page *page = race_page_of(addr);
	uint32_t cost = race_load(&page->cost), times = cost >> 16, calm = cost & 0xffff;

	if (without_barrier || times >= CALM_MOST ||
	    race_load(&page->owner) != RACE_OWNER_EVERYBODY)
		return;
	calm = renewed ? calm + renewed : 0;
	if (calm < (uint32_t)CALM << times) {
		/* All who come to the page look at this cache line. */
		if (cost != (times << 16 | calm))
			race_store(&page->cost, times << 16 | calm);
		return;
	}
	race_store(&page->cost, (times + 1) << 16);
	race_count(pages_calm);
	change_for_all(page, RACE_OWNER_EVERYBODY, RACE_OWNER_READERS);
}

/* Would it have cost less so far, had all pages been free at once? */
static bool is_worn(uint32_t owner)
{
	uint32_t tid = tid_of(owner);

	return (uint64_t)race_load(&balance[tid].lost) * BARRIER_IN_PAGES >=
		       race_load(&balance[tid].taken) &&
	       owner >> RACE_SLOT_NAME_SHIFT < RENAMED_MOST;
}

/* Does it still go by this name? Then it is given the next one, to be told when its window
 * is closed. */
static bool has_to_learn(uint32_t owner)
{
	const struct race_thread *thread = race_thread_in_slot(tid_of(owner));
	uint32_t *name = thread && thread->words ? &thread->words->as_owner : NULL;
	bool learns = name && race_load(name) == owner;

	if (learns)
		race_store(name, owner + (1u << RACE_SLOT_NAME_SHIFT));
	return learns;
}

/* All pages of this name are free from here on. Threads begin and end in the slot under the
 * lock, too: one that is born while this one waits has the old name, and learns it in turn. */
static void rename_owner(uint32_t owner)
{
	uint32_t tid = tid_of(owner);

	race_thread_lock();
	while (race_slot_name(tid) == owner && has_to_learn(owner)) {
		race_thread_unlock();
		wait_for_window(tid);
		race_thread_lock();
	}
	if (race_slot_name(tid) == owner) {
		race_store_release(&race_slots[tid].renamed, race_slots[tid].renamed + 1);
		race_store(&balance[tid].share,
		           (balance[tid].lost + 1) * COST_MOVED / (balance[tid].taken + 1));
		race_store(&balance[tid].taken, 0);
		race_store(&balance[tid].lost, 0);
		race_count(renamed_owners);
	}
	race_thread_unlock();
}

/* One thread at a time: else one that came later would take the other's wait for its own. */
static void rename_or_yield(uint32_t owner)
{
	static struct race_spin renaming;

	if (race_spin_try(&renaming)) {
		rename_owner(owner);
		race_spin_give(&renaming);
	} else {
		race_sys_sched_yield();
	}
}

/* How many pages an access goes over; not more than come at once. */
static uint32_t reach(uint64_t addr, uint64_t bytes)
{
	uint64_t pages = ((addr & (RACE_PAGE_BYTES - 1)) + bytes - 1) / RACE_PAGE_BYTES + 1;

	return pages < AT_ONCE_MOST ? (uint32_t)pages : AT_ONCE_MOST;
}

void race_owner_take(uint64_t addr, uint64_t bytes)
{
	struct race_page *page = race_page_of(addr);
	uint32_t owner = race_load_acquire(&page->owner);

	if (owner == RACE_OWNER_EVERYBODY || owner == __race_self.as_owner)
		return;
	if (owner == race_owner_moving())
		race_sys_sched_yield();
	else if (owner - RACE_OWNER_MOVING < RACE_OWNER_MOVINGS)
		claim(page, owner, RACE_OWNER_EVERYBODY);
	else if (owner == RACE_OWNER_READERS)
		change_for_all(page, RACE_OWNER_READERS, RACE_OWNER_EVERYBODY);
	else if (is_free(owner))
		take_free(page, owner, reach(addr, bytes));
	else if (is_worn(owner))
		rename_or_yield(owner);
	else
		move(page, owner, reach(addr, bytes));
}
