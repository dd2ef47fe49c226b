// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program's own malloc: blocks of a power of two behind a header, kept in lists under
// one lock of atomics. Nothing tells a block's size.

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

struct header {
	size_t order;
	struct header *next; // of a free block
};

static char lock;
static struct header *lists[40];
static char *fresh, *end;
static long served;

long own_malloc_served(void)
{
	return served;
}

static void take(void)
{
	while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE))
		;
}

static void give(void)
{
	__atomic_clear(&lock, __ATOMIC_RELEASE);
}

static size_t order_of(size_t bytes)
{
	size_t order = 5;

	while ((1ul << order) < bytes + sizeof(struct header))
		order++;
	return order;
}

static struct header *carve(size_t order)
{
	size_t bytes = 1ul << order;
	struct header *block;

	if ((size_t)(end - fresh) < bytes) {
		size_t more = bytes > (1 << 24) ? bytes : 1 << 24;

		fresh = mmap(0, more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (fresh == MAP_FAILED) {
			fresh = end = 0;
			return 0;
		}
		end = fresh + more;
	}
	block = (struct header *)fresh;
	fresh += bytes;
	return block;
}

void *malloc(size_t bytes)
{
	struct header *block = 0;
	size_t order;

	if (bytes < 1ul << 38) {
		order = order_of(bytes);
		take();
		block = lists[order];
		if (block)
			lists[order] = block->next;
		else
			block = carve(order);
		served++;
		give();
	}
	if (!block) {
		errno = ENOMEM;
		return 0;
	}
	block->order = order;
	return block + 1;
}

void free(void *memory)
{
	struct header *block = (struct header *)memory - 1;

	if (!memory)
		return;
	take();
	block->next = lists[block->order];
	lists[block->order] = block;
	give();
}

void *calloc(size_t count, size_t size)
{
	void *memory = malloc(count * size);

	return memory ? memset(memory, 0, count * size) : 0;
}

void *realloc(void *memory, size_t bytes)
{
	size_t room = memory ? (1ul << ((struct header *)memory - 1)->order) - sizeof(struct header) : 0;
	void *moved;

	if (memory && bytes <= room)
		return memory;
	moved = malloc(bytes);
	if (moved && memory) {
		memcpy(moved, memory, room);
		free(memory);
	}
	return moved;
}
