/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * heap.c - the table of blocks, and the stacks that allocate (heap.h). A program
 * allocates in the same few thousand places over and over: each stack is kept once.
 *
 *     [ bytes 22 | half 1 | freed 1 | thread 20 | stack 20 ]
 *
 * `half`: the block begins at the second 8 of the 16 bytes. Larger blocks than the field
 * holds stand in a list of their own as well; there are few.
 */
#include "heap.h"

#include "alloc.h"
#include "history.h"

#define STACK_BITS 20
#define THREAD_BITS 20
#define STACKS (1u << STACK_BITS)
#define THREAD_MASK ((1u << THREAD_BITS) - 1)
#define FREED (1ull << (STACK_BITS + THREAD_BITS))
#define HALF (FREED << 1)
#define BYTES_SHIFT (STACK_BITS + THREAD_BITS + 2)
#define BYTES_MOST ((1ull << (64 - BYTES_SHIFT)) - 1)

#define FRAMES_KEPT 16

/* By 4096 bytes of the program, and in such a page by 16. All of it stands in the
 * runtime's own territory, where nothing looks for the program's memory. */
#define PAGE_SHIFT 12
#define PAGE_WORDS (1u << (PAGE_SHIFT - 4))
#define PAGES ((RACE_SHADOW_MASK + 8) >> PAGE_SHIFT)
static uint64_t **pages;

/* ---- stacks ---- */

struct kept_stack {
	uint64_t hash;
	uint32_t count;
	bool cut;
	uint64_t pc[];
};

static struct kept_stack **stacks; /* by number; 0 is none */
static uint32_t used = 1;
static struct race_spin lock;

/* Their numbers by hash, open-addressed, at most half full. When it grows, the old one stays:
 * somebody may look into it. All old ones together are as large as the newest. */
static struct numbers {
	uint32_t shift; /* of a hash */
	uint32_t mask;
	uint32_t at[];
} *numbers;

#define NUMBERS_BITS 9 /* at first */

/* The innermost frames: pc, then the shadow call stack from its top. */
struct frames {
	uint64_t hash, pc;
	const uint64_t *top;
	uint32_t count; /* with pc */
	bool cut;
};

static struct frames frames_of(const struct race_thread *self, uint64_t pc)
{
	struct frames f = { .pc = pc, .top = __race_self.stack, .count = 1 };
	uint64_t depth = f.top - self->stack;

	f.cut = depth >= FRAMES_KEPT;
	f.count += f.cut ? FRAMES_KEPT - 1 : (uint32_t)depth;
	f.hash = pc + f.cut;
	for (uint32_t i = 1; i < f.count; i++)
		f.hash = f.hash * 0x9e3779b97f4a7c15ull + f.top[-(int64_t)i];
	f.hash = (f.hash ^ f.hash >> 31) * 0x9e3779b97f4a7c15ull;
	return f;
}

static bool same(const struct kept_stack *kept, const struct frames *f)
{
	if (kept->hash != f->hash || kept->count != f->count || kept->pc[0] != f->pc)
		return false;
	for (uint32_t i = 1; i < f->count; i++)
		if (kept->pc[i] != f->top[-(int64_t)i])
			return false;
	return true;
}

static uint32_t look_up(const struct frames *f, uint32_t *slot)
{
	const struct numbers *index = race_load_acquire(&numbers);

	for (uint32_t i = f->hash >> index->shift;; i++) {
		uint32_t number = race_load_acquire(&index->at[i & index->mask]);

		if (!number || same(stacks[number], f)) {
			*slot = i & index->mask;
			return number;
		}
	}
}

static struct numbers *new_numbers(uint32_t bits)
{
	struct numbers *made = race_alloc(sizeof(*made) + (sizeof(made->at[0]) << bits));

	made->shift = 64 - bits;
	made->mask = (1u << bits) - 1;
	return made;
}

static void grow_numbers(void)
{
	struct numbers *grown = new_numbers(65 - numbers->shift);

	for (uint32_t number = 1; number < used; number++) {
		uint32_t i = stacks[number]->hash >> grown->shift;

		while (grown->at[i & grown->mask])
			i++;
		grown->at[i & grown->mask] = number;
	}
	race_store_release(&numbers, grown);
}

/* The stack's number; 0 when there are too many. */
static RACE_COLD uint32_t keep(const struct frames *f)
{
	struct kept_stack *kept;
	uint32_t number, slot;

	race_enter();
	race_spin_take(&lock);
	number = look_up(f, &slot);
	if (!number && used < STACKS) {
		kept = race_alloc(sizeof(*kept) + f->count * sizeof(kept->pc[0]));
		kept->hash = f->hash;
		kept->count = f->count;
		kept->cut = f->cut;
		kept->pc[0] = f->pc;
		for (uint32_t i = 1; i < f->count; i++)
			kept->pc[i] = f->top[-(int64_t)i];
		number = used++;
		stacks[number] = kept;
		race_store_release(&numbers->at[slot], number);
		if (used > numbers->mask / 2)
			grow_numbers();
	}
	race_spin_give(&lock);
	race_leave();
	return number;
}

/* ---- blocks ---- */

/* The last few blocks that are larger than a word can say. */
#define LARGE 256
static struct {
	uint64_t addr, bytes;
} large[LARGE];
static uint32_t last_large;

static void large_note(uint64_t addr, uint64_t bytes)
{
	uint32_t i = __atomic_add_fetch(&last_large, 1, __ATOMIC_RELAXED) % LARGE;

	race_store(&large[i].addr, addr);
	race_store(&large[i].bytes, bytes);
}

static uint64_t large_bytes(uint64_t addr)
{
	for (uint32_t i = 0; i < LARGE; i++)
		if (race_load(&large[(last_large - i) % LARGE].addr) == addr)
			return race_load(&large[(last_large - i) % LARGE].bytes);
	return BYTES_MOST;
}

static RACE_COLD void make_tables(void)
{
	race_enter();
	race_spin_take(&lock);
	if (!pages) {
		stacks = race_reserve(STACKS * sizeof(*stacks), 4096, "stacks that allocate");
		numbers = new_numbers(NUMBERS_BITS);
		race_store_release(&pages, race_reserve(PAGES * sizeof(*pages), 4096,
		                                        "the table of heap blocks"));
	}
	race_spin_give(&lock);
	race_leave();
}

static uint64_t **page_of(uint64_t addr)
{
	return &pages[(addr & RACE_SHADOW_MASK) >> PAGE_SHIFT];
}

static RACE_COLD uint64_t *make_page(uint64_t addr)
{
	uint64_t *made = race_alloc(PAGE_WORDS * sizeof(uint64_t)), *none = NULL;

	if (__atomic_compare_exchange_n(page_of(addr), &none, made, false, __ATOMIC_RELEASE,
	                                __ATOMIC_ACQUIRE))
		return made;
	race_free(made, PAGE_WORDS * sizeof(uint64_t));
	return none;
}

/* NULL: no block ever began on the page. */
static uint64_t *word_of(uint64_t addr)
{
	uint64_t *page = race_load_acquire(page_of(addr));

	return page ? &page[addr >> 4 & (PAGE_WORDS - 1)] : NULL;
}

static uint64_t word_at(uint64_t addr)
{
	const uint64_t *word = word_of(addr);

	return word ? race_load(word) : 0;
}

void race_heap_note(struct race_thread *self, uint64_t addr, uint64_t bytes, uint64_t pc)
{
	struct frames f = frames_of(self, pc);
	uint64_t thread = self->life->number, *page;
	uint32_t slot, number;

	if (race_unlikely(!race_load_acquire(&pages)))
		make_tables();
	number = look_up(&f, &slot);
	if (race_unlikely(!number))
		number = keep(&f);
	page = race_load_acquire(page_of(addr));
	if (race_unlikely(!page))
		page = make_page(addr);
	if (race_unlikely(bytes >= BYTES_MOST)) {
		large_note(addr, bytes);
		bytes = BYTES_MOST;
	}
	if (race_unlikely(thread > THREAD_MASK))
		thread = THREAD_MASK;
	/* A block of no bytes still has an owner: one byte. */
	race_store(&page[addr >> 4 & (PAGE_WORDS - 1)],
	           (bytes ? bytes : 1) << BYTES_SHIFT | (addr & 8 ? HALF : 0) |
	                   thread << STACK_BITS | number);
}

void race_heap_forget(uint64_t addr)
{
	uint64_t *word = race_likely(race_load_acquire(&pages) != NULL) ? word_of(addr) : NULL;

	if (word)
		race_store(word, race_load(word) | FREED);
}

static void tell(uint64_t start, uint64_t word, struct race_block *block)
{
	const struct kept_stack *kept = stacks[word & (STACKS - 1)];
	uint32_t thread = word >> STACK_BITS & THREAD_MASK;

	block->addr = start;
	block->bytes = word >> BYTES_SHIFT;
	if (block->bytes == BYTES_MOST)
		block->bytes = large_bytes(start);
	block->freed = word & FREED;
	block->thread = thread == THREAD_MASK ? RACE_BLOCK_UNKNOWN : thread;
	block->stack.count = kept ? kept->count : 0;
	block->stack.cut = kept && kept->cut;
	for (uint32_t i = 0; i < block->stack.count; i++)
		block->stack.pc[i] = kept->pc[i];
}

/* Does the block whose first bytes are at `at` reach addr? */
static bool holds(uint64_t at, uint64_t word, uint64_t addr, uint64_t *start)
{
	uint64_t bytes = word >> BYTES_SHIFT;

	*start = (at & ~15ull) + (word & HALF ? 8 : 0);
	if (bytes == BYTES_MOST)
		bytes = large_bytes(*start);
	return word && addr - *start < bytes;
}

bool race_heap_find(uint64_t addr, struct race_block *block)
{
	uint64_t start, first = addr > BYTES_MOST ? addr - BYTES_MOST : 0;
	bool found = false;

	if (!race_load_acquire(&pages))
		return false;
	for (uint64_t at = addr & ~15ull; at >= first && at; at -= 16) {
		uint64_t word = word_at(at);

		if (!word || !holds(at, word, addr, &start))
			continue;
		if (word & FREED && found)
			continue;
		tell(start, word, block);
		found = true;
		if (!block->freed)
			return true;
	}
	for (uint32_t i = 0; i < LARGE; i++) {
		start = race_load(&large[i].addr);
		if (!start || addr - start >= race_load(&large[i].bytes) ||
		    word_at(start) & FREED)
			continue;
		tell(start, word_at(start), block);
		return true;
	}
	return found;
}
