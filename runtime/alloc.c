/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * alloc.c - power-of-two free lists over one reserved arena (alloc.h).
 */
#include "alloc.h"

#include "platform.h"
#include "print.h"
#include "self.h"
#include "shadow.h"

#define TERRITORY (2ull << 40)
#define ARENA (64ull << 30)
#define LARGEST (1ull << 32)
/* From here on a free block gives its memory back and keeps its addresses. */
#define GIVE_BACK (256ull << 10)

struct free_block {
	struct free_block *next;
};

static struct race_spin lock;
static char *territory;
static uint64_t reserved; /* of it, in bytes */
static struct race_spin blocks;
static struct free_block *free_lists[33];
static char *arena, *fresh; /* blocks lie in [arena, fresh) */

static uint32_t order_of(size_t bytes)
{
	return bytes <= 16 ? 4 : 64 - __builtin_clzll(bytes - 1);
}

static RACE_COLD void no_memory(size_t bytes, const char *what)
{
	race_die(1, "no memory for ", what, " (", race_number(bytes).text,
	         " bytes): raise the limit (ulimit -v) or the machine's overcommit setting");
}

/* Everything of ours lies in one mapping, so that one look tells it from the program's;
 * right above the shadow, where the kernel would put nothing of its own choice. */
static char *map_territory(void)
{
	long got = race_sys_mmap((void *)(RACE_SHADOW_BASE + RACE_SHADOW_BYTES), TERRITORY,
	                         PROT_READ | PROT_WRITE,
	                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);

	return got < 0 && got > -4096 ? NULL : (char *)got;
}

void *race_reserve(size_t bytes, size_t align, const char *what)
{
	char *start, *end = NULL;

	race_enter();
	race_spin_take(&lock);
	if (!territory)
		race_store_release(&territory, map_territory());
	if (territory) {
		start = (char *)(((uint64_t)territory + reserved + align - 1) & ~(align - 1));
		end = start + bytes;
	}
	if (!end || end > territory + TERRITORY)
		no_memory(bytes, what);
	reserved = end - territory;
	race_spin_give(&lock);
	race_leave();
	return start;
}

static void *carve(size_t bytes)
{
	uint64_t align;
	char *memory;

	if (!arena)
		arena = fresh = race_reserve(ARENA, 4096, "the detector's own tables");
	align = bytes >= GIVE_BACK ? 4096 : bytes >= 64 ? 64 : 16;
	fresh = (char *)(((uint64_t)fresh + align - 1) & ~(align - 1));
	memory = fresh;
	fresh += bytes;
	if (fresh > arena + ARENA)
		no_memory(ARENA, "the detector's own tables");
	return memory;
}

bool race_alloc_owns(const void *memory)
{
	const char *start = race_load_acquire(&territory);

	return start && (const char *)memory >= start && (const char *)memory < start + TERRITORY;
}

void *race_alloc(size_t bytes)
{
	uint32_t order = order_of(bytes);
	struct free_block *block;
	size_t used = 0; /* of a recycled block: what may not be zero */

	if (bytes > LARGEST)
		no_memory(bytes, "the detector's own tables");
	race_enter();
	race_spin_take(&blocks);
	block = free_lists[order];
	if (block) {
		free_lists[order] = block->next;
		used = (1ull << order) < GIVE_BACK ? 1ull << order : sizeof(*block);
	} else {
		block = carve(1ull << order);
	}
	race_spin_give(&blocks);
	race_leave();
	for (uint64_t *word = (uint64_t *)block; used; used -= 8)
		*word++ = 0;
	return block;
}

void race_free(void *memory, size_t bytes)
{
	struct free_block *block = memory;
	uint32_t order = order_of(bytes);

	if ((1ull << order) >= GIVE_BACK)
		race_sys_madvise(memory, 1ull << order, MADV_DONTNEED);
	race_enter();
	race_spin_take(&blocks);
	block->next = free_lists[order];
	free_lists[order] = block;
	race_spin_give(&blocks);
	race_leave();
}
