/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sync.c - sync objects by address, and the clock work on them (sync.h).
 */
#include "sync.h"

#include "alloc.h"
#include "heads.h"
#include "order.h"

#define PAGES ((RACE_SHADOW_MASK + 8) >> RACE_SYNC_PAGE_SHIFT)

struct race_sync_page **race_sync_pages;

/* All of them. A link within would cost each page a second one of the machine's. */
static struct made_page {
	struct race_sync_page *page;
	struct made_page *next;
} *made_pages;

/* Which gigabytes have held an object: large mappings come and go without any. */
#define REGION_SHIFT 30
static uint8_t regions[(RACE_SHADOW_MASK + 8) >> REGION_SHIFT];

static uint8_t *region_of(uint64_t addr)
{
	return &regions[(addr & RACE_SHADOW_MASK) >> REGION_SHIFT];
}

static struct race_spin lock;

/* Once there is an object. */
static struct race_sync_page **page_of(uint64_t addr)
{
	return &race_sync_pages[(addr & RACE_SHADOW_MASK) >> RACE_SYNC_PAGE_SHIFT];
}

void race_sync_lock(void)
{
	race_spin_take(&lock);
}

void race_sync_unlock(void)
{
	race_spin_give(&lock);
}

RACE_INLINE struct race_sync *find(uint64_t addr)
{
	struct race_sync *sync = race_sync_chain(addr);

	while (sync && sync->addr != addr)
		sync = race_load_acquire(&sync->next);
	return sync;
}

struct race_sync *race_sync_find(uint64_t addr)
{
	struct race_sync *sync = race_sync_first(addr);

	return sync ? sync : find(race_shared_name(addr));
}

static void make_page(struct race_sync_page **entry)
{
	struct made_page *made = race_alloc(sizeof(*made));

	made->page = race_alloc(sizeof(*made->page));
	made->next = made_pages;
	made_pages = made;
	race_store_release(entry, made->page);
}

struct race_sync *race_sync_make(uint64_t addr)
{
	struct race_sync_page **entry;
	struct race_sync **slot, *sync = find(addr);

	if (sync)
		return sync;
	if (!race_sync_pages)
		race_store_release(&race_sync_pages,
		                   race_reserve(PAGES * sizeof(*race_sync_pages), 4096,
		                                "the table of locks and atomics"));
	race_store(region_of(addr), 1);
	entry = page_of(addr);
	if (!*entry)
		make_page(entry);
	sync = race_alloc(sizeof(*sync));
	sync->addr = addr;
	slot = race_sync_slot(*entry, addr);
	sync->next = *slot;
	race_store_release(slot, sync);
	return sync;
}

struct race_sync *race_sync_find_or_make(uint64_t addr)
{
	uint64_t name = race_shared_name(addr);
	struct race_sync *sync = find(name);

	if (race_likely(sync != NULL))
		return sync;
	race_enter();
	race_spin_take(&lock);
	sync = race_sync_make(name);
	race_spin_give(&lock);
	race_leave();
	return sync;
}

uint32_t race_sync_peek(uint64_t name, uint64_t *into)
{
	const struct race_sync *sync;
	uint32_t size = 0;

	race_enter();
	race_spin_take(&lock);
	sync = find(name);
	if (sync)
		size = race_clock_peek(&sync->clock, into);
	race_spin_give(&lock);
	race_leave();
	return size;
}

struct race_sync *race_sync_take(struct race_sync *sync)
{
	struct race_sync *next;

	race_spin_take(&sync->lock);
	while (race_unlikely((next = sync->mixed) && next != sync)) {
		race_spin_give(&sync->lock);
		race_spin_take(&next->lock);
		sync = next;
	}
	return sync;
}

void race_sync_each(void (*visit)(struct race_sync *sync))
{
	for (const struct made_page *made = made_pages; made; made = made->next)
		for (uint32_t i = 0; i < sizeof(*made->page) / sizeof(made->page->slot[0]); i++)
			for (struct race_sync *sync = made->page->slot[i]; sync; sync = sync->next)
				visit(sync);
}

/* What it stood for, in the 16 bytes on either side, begins anew. */
static void stand_alone(const struct race_sync *gone)
{
	for (uint64_t at = gone->addr - 16; at <= gone->addr + 16; at += 8)
		for (struct race_sync *sync = race_sync_chain(at); sync; sync = sync->next)
			if (sync->mixed == gone) {
				sync->mixed = NULL;
				race_store(&sync->bytes, 0);
				sync->wide = 0;
			}
}

static void forget_chain(struct race_sync **link, uint64_t addr, uint64_t end)
{
	struct race_sync *sync;

	while ((sync = *link)) {
		if (sync->addr < addr || sync->addr >= end) {
			link = &sync->next;
			continue;
		}
		race_store_release(link, sync->next);
		if ((sync->addr & 7) + sync->bytes > 8)
			stand_alone(sync);
		race_sync_break(sync);
		if (sync->order)
			race_order_forget(sync->order);
		race_free(sync, sizeof(*sync));
	}
}

void race_sync_forget(uint64_t addr, uint64_t bytes)
{
	const uint64_t page_bytes = 1ull << RACE_SYNC_PAGE_SHIFT, region_bytes = 1ull << REGION_SHIFT;
	uint64_t end = addr + bytes;

	if (!race_load_acquire(&race_sync_pages))
		return;
	for (uint64_t at = addr & ~(page_bytes - 1); at < end; at += page_bytes) {
		struct race_sync_page **entry = page_of(at);
		uint64_t first = at > addr ? at : addr & ~7ull;
		uint64_t last = at + page_bytes < end ? at + page_bytes : end;

		if (!race_load(region_of(at))) {
			at = (at | (region_bytes - 1)) + 1 - page_bytes;
			continue;
		}
		if (!race_load(entry))
			continue;
		race_enter();
		race_spin_take(&lock);
		for (; first < last; first += 8)
			forget_chain(race_sync_slot(*entry, first), addr, end);
		race_spin_give(&lock);
		race_leave();
	}
}

/* ---- clock work ---- */

bool race_sync_is_head(const struct race_thread *self, const struct race_sync *sync)
{
	return sync->head == self->life || (sync->heads && race_heads_find(sync->heads, self->life));
}

/* self is about to release there. Returns it among the heads, or NULL when it is the only
 * one, or parts are not kept. */
static struct race_head *enter(const struct race_thread *self, struct race_sync *sync)
{
	struct race_head *head;

	if (!sync->head)
		sync->head = self->life;
	if (!sync->heads) {
		if (sync->head == self->life)
			return NULL;
		sync->heads = race_heads_new(sync->head);
	}
	head = race_heads_add(&sync->heads, self->life);
	if (!sync->bytes || sync->mixed)
		sync->heads->lost = true; /* nobody stores there, relaxed, by himself */
	return sync->heads->lost ? NULL : head;
}

static void forget_heads(struct race_sync *sync)
{
	if (sync->heads)
		race_heads_free(sync->heads);
	sync->heads = NULL;
	sync->head = NULL;
}

void race_sync_acquire(struct race_thread *self, struct race_sync *sync)
{
	race_enter();
	if (sync->clock && !(sync->release && race_thread_knows(self, sync->release)))
		race_thread_learn(self, sync->clock->entry, sync->clock->size);
	race_leave();
}

/* The clock becomes self's, whoever else heads the sequence. */
static void snapshot(struct race_thread *self, struct race_sync *sync)
{
	uint32_t tids = race_load(&race_runtime.tids);

	if (race_sync_copy_again(self, sync))
		return;
	race_clock_grow(&sync->clock, tids);
	race_clock_copy(sync->clock->entry, self->clock, tids);
	sync->release = __race_self.word;
	sync->releaser_news = self->news;
}

void race_sync_store(struct race_thread *self, struct race_sync *sync)
{
	race_enter();
	if (sync->heads)
		forget_heads(sync);
	sync->head = self->life;
	snapshot(self, sync);
	race_leave();
}

static void join(struct race_sync *sync, struct race_head *head, const uint64_t *from, uint32_t size)
{
	if (head)
		race_heads_join(sync->heads, head, sync->clock, from, size);
	race_clock_grow(&sync->clock, size);
	race_clock_join(sync->clock->entry, from, size);
	sync->release = 0;
}

void race_sync_merge(struct race_thread *self, struct race_sync *sync)
{
	struct race_head *head;

	race_enter();
	head = enter(self, sync);
	if (!sync->clock || (sync->release && race_thread_knows(self, sync->release))) {
		if (head && race_heads_turn(sync->heads, head, &sync->clock))
			sync->release = 0;
		snapshot(self, sync);
	} else {
		join(sync, head, self->clock, race_load(&race_runtime.tids));
	}
	race_leave();
}

void race_sync_merge_earlier(const struct race_thread *self, struct race_sync *sync,
                             const struct race_clock *from)
{
	join(sync, enter(self, sync), from->entry, from->size);
}

/* Where its part was not kept, that is in what it knows today. */
void race_sync_keep_own(struct race_thread *self, struct race_sync *sync)
{
	struct race_head *head = race_heads_find(sync->heads, self->life);

	if (!race_heads_alone(sync->heads, head, &sync->clock))
		for (uint32_t i = 0; i < sync->clock->size; i++)
			if (sync->clock->entry[i] > self->clock[i])
				sync->clock->entry[i] = self->clock[i];
	sync->release = 0;
	forget_heads(sync);
	sync->head = self->life;
}

void race_sync_break(struct race_sync *sync)
{
	race_clock_drop(&sync->clock);
	sync->release = 0;
	forget_heads(sync);
}

void race_sync_be_quiet(struct race_sync *sync)
{
	static uint32_t times; /* 4 billion objects would have to go quiet during one load */
	uint32_t number;

	do
		number = __atomic_add_fetch(&times, 1, __ATOMIC_RELAXED);
	while (!number);
	race_store_release(&sync->release, number);
}

void race_sync_acquire_at(struct race_thread *self, uint64_t addr)
{
	struct race_sync *sync = race_sync_find(addr);

	if (!sync)
		return;
	race_enter();
	sync = race_sync_take(sync);
	race_sync_acquire(self, sync);
	race_spin_give(&sync->lock);
	race_leave();
}

void race_sync_release_at(struct race_thread *self, uint64_t addr)
{
	struct race_sync *sync = race_sync_get(addr);

	race_enter();
	sync = race_sync_take(sync);
	race_sync_merge(self, sync);
	race_spin_give(&sync->lock);
	/* Before race_leave: a handler that was held back is not part of what was released. */
	race_thread_tick(self);
	race_leave();
}
