/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * owner.c - pages change hands (owner.h).
 */
#include "owner.h"

#include "alloc.h"
#include "platform.h"
#include "stats.h"
#include "stop.h"

#define PAGES ((RACE_SHADOW_MASK + 8) >> RACE_PAGE_SHIFT)

/* After so many moves a page is everybody's. */
#define MOVES_MOST 4

/* Who goes through memory page by page gets ever more pages of their owner at once. */
#define AT_ONCE_MOST 64

struct race_page *race_pages;
static bool without_barrier; /* the kernel has none to offer: all pages are everybody's */

void race_owner_init(void)
{
	struct race_page *pages =
		race_reserve((PAGES + AT_ONCE_MOST) * sizeof(*pages), 4096, "the table of pages");

	race_pages = pages - (RACE_SHADOW_BASE >> (RACE_PAGE_SHIFT + 1));
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

static void wait_for_window(uint32_t tid)
{
	if (!lives(tid))
		return;
	race_barrier_in_all();
	for (uint32_t i = 0; has_window(tid); i++)
		if (i < 100)
			__builtin_ia32_pause();
		else
			race_sys_sched_yield();
}

static bool is_to_move(const struct race_page *page, uint16_t from)
{
	return race_load(&page->owner) == from;
}

static bool claim(struct race_page *page, uint16_t from, uint16_t to)
{
	return __atomic_compare_exchange_n(&page->owner, &from, to, false, __ATOMIC_SEQ_CST,
	                                   __ATOMIC_RELAXED);
}

/* Up to `most` pages from this one on, as far as they are `from`'s. */
static void move(struct race_page *page, uint16_t from, uint32_t most)
{
	uint16_t me = __race_self.as_owner;
	uint32_t count = 0;

	while (count < most && is_to_move(&page[count], from) &&
	       claim(&page[count], from, RACE_OWNER_MOVING))
		count++;
	if (!count)
		return;
	race_count(hand_overs);
	race_count_many(RACE_STAT_pages_moved, count);
	wait_for_window(from - 1);
	for (uint32_t i = 0; i < count; i++) {
		bool settled = me == RACE_OWNER_NONE || ++page[i].moves > MOVES_MOST;

		race_count_many(RACE_STAT_pages_shared, settled);
		race_store_release(&page[i].owner, settled ? RACE_OWNER_EVERYBODY : me);
	}
}

/* One page, or as many as the access goes over; more when the last one moved to this
 * thread was the one before. */
static uint32_t at_once(const struct race_page *page, uint64_t addr, uint64_t bytes)
{
	uint32_t reach = ((addr & (RACE_PAGE_BYTES - 1)) + bytes - 1) / RACE_PAGE_BYTES + 1;
	struct race_thread *self = __race_self.thread;

	if (self->next_page == page && self->pages_at_once < AT_ONCE_MOST)
		self->pages_at_once *= 2;
	else if (self->next_page != page)
		self->pages_at_once = 1;
	if (reach < self->pages_at_once)
		reach = self->pages_at_once;
	if (reach > AT_ONCE_MOST)
		reach = AT_ONCE_MOST;
	self->next_page = page + reach;
	return reach;
}

void race_owner_take(uint64_t addr, uint64_t bytes)
{
	struct race_page *page = race_page_of(addr);
	uint16_t me = __race_self.as_owner, owner = race_load(&page->owner);

	if (owner == RACE_OWNER_NOBODY) {
		race_count(pages_taken);
		claim(page, owner, without_barrier || me == RACE_OWNER_NONE ? RACE_OWNER_EVERYBODY : me);
	} else if (owner == RACE_OWNER_MOVING) {
		race_sys_sched_yield();
	} else if (owner != RACE_OWNER_EVERYBODY && owner != me) {
		move(page, owner, at_once(page, addr, bytes));
	}
}
