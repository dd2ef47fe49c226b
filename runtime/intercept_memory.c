/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_memory.c - memory changes hands. Whatever allocator the program has does
 * the work; we note that free writes the whole block, so that an access that nothing
 * orders before it is a race, and that an allocation begins the memory's life anew, so
 * that it is not judged by what an earlier owner did there.
 *
 * A block that code without instrumentation allocates is as good as never touched: it
 * may be handed over by means that we do not see. What such code frees is not judged
 * either; who touches it later is told that it was freed.
 *
 * Inside the runtime (libc allocates in dlopen, for one) the program's allocator is not
 * entered: our own memory serves, and is recognised when it comes back.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <stdlib.h>

#include "access.h"
#include "alloc.h"
#include "heap.h"
#include "intercept.h"
#include "intercept_memory.h"
#include "sync.h"

/* ---- the runtime's own ---- */

struct own_block {
	size_t bytes; /* with this header */
	size_t unused;
};

static void *own_malloc(size_t bytes)
{
	struct own_block *block = race_alloc(bytes + sizeof(*block));

	block->bytes = bytes + sizeof(*block);
	return block + 1;
}

static size_t own_size(const void *memory)
{
	return ((const struct own_block *)memory)[-1].bytes - sizeof(struct own_block);
}

static void own_free(void *memory)
{
	struct own_block *block = (struct own_block *)memory - 1;

	race_free(block, block->bytes);
}

/* ---- notes ---- */

/* Is malloc_usable_size the allocator's own? A program's own malloc may have none. */
static bool sizes_known;

static void *module_of(void *function)
{
	Dl_info info;

	if (RACE_STATIC)
		return function ? &race_runtime : NULL;
	return function && dladdr(function, &info) ? info.dli_fbase : NULL;
}

/* Nobody asks us for it; we ask. */
RACE_STAND_IN(size_t, malloc_usable_size, (void *memory))
{
	return memory && race_alloc_owns(memory) ? own_size(memory) :
	                                           RACE_REAL(malloc_usable_size)(memory);
}

/* All of the block that is known: its last bytes may be nobody's. */
static size_t size_of(void *memory, size_t least)
{
	return sizes_known ? RACE_REAL(malloc_usable_size)(memory) : least;
}

void race_memory_allocated(const struct race_caller *by, void *memory, size_t bytes)
{
	int kept = errno;

	if (!memory || !race_is_threaded())
		return;
	race_self();
	if (bytes >= RACE_LAZY_BYTES || !by->instrumented)
		race_shadow_clear((uint64_t)memory, bytes);
	else
		race_access_fresh((uint64_t)memory, bytes,
		                  race_site_of_call(by->pc, RACE_ALLOC, 0, by->function));
	errno = kept;
}

/* Only the parts of a lazy block whose shadow exists can have been accessed. */
static void judge_free(uint64_t addr, uint64_t bytes, uint32_t site)
{
	struct race_thread *self = race_self();
	uint64_t touched;

	if (bytes < RACE_LAZY_BYTES) {
		race_access(self, addr, bytes, RACE_FREE, site);
		return;
	}
	for (uint64_t end = addr + bytes; addr < end; addr += touched) {
		bool exists = race_shadow_exists(addr, end - addr, &touched);

		if (exists)
			race_access(self, addr, touched, RACE_FREE, site);
	}
}

static void judge_or_note(const struct race_caller *by, uint64_t addr, uint64_t bytes)
{
	uint32_t site = race_site_of_call(by->pc, RACE_FREE, 0, by->function);

	race_self();
	if (by->instrumented)
		judge_free(addr, bytes, site);
	else if (bytes < RACE_LAZY_BYTES)
		race_access_fresh(addr, bytes, site);
}

void race_memory_freed(const struct race_caller *by, void *memory, size_t bytes)
{
	int kept = errno;

	if (!race_is_threaded())
		return;
	judge_or_note(by, (uint64_t)memory, bytes);
	race_sync_forget((uint64_t)memory, bytes);
	/* Its pages may go back to the system, and their shadow with them. */
	if (bytes >= RACE_LAZY_BYTES)
		race_shadow_clear((uint64_t)memory, bytes);
	errno = kept;
}

static void *allocated(const struct race_caller *by, void *memory, size_t bytes)
{
	if (memory && race_is_watching())
		race_heap_note(race_self(), (uint64_t)memory, bytes, by->pc);
	if (memory && race_is_threaded())
		race_memory_allocated(by, memory, size_of(memory, bytes));
	return memory;
}

/* Of a block whose size is unknown, the first granule is judged. */
static void freed(const struct race_caller *by, void *memory)
{
	if (race_is_watching())
		race_heap_forget((uint64_t)memory);
	if (race_is_threaded())
		race_memory_freed(by, memory, size_of(memory, 1));
}

/* ---- malloc and its family ---- */

RACE_STAND_IN_FOR(void *, malloc, (size_t bytes), (bytes))
{
	if (race_is_busy())
		return own_malloc(bytes);
	return allocated(&by, RACE_REAL(malloc)(bytes), bytes);
}

RACE_STAND_IN_FOR(void, free, (void *memory), (memory))
{
	if (!memory)
		return;
	if (race_alloc_owns(memory)) {
		own_free(memory);
		return;
	}
	/* Asked for the real free, dlsym frees its last message: that one stays. */
	if (race_is_busy() && !race_load(&real_free))
		return;
	freed(&by, memory);
	RACE_REAL(free)(memory);
}

RACE_STAND_IN_FOR(void *, calloc, (size_t count, size_t size), (count, size))
{
	size_t bytes = 0;

	if (race_is_busy())
		return __builtin_mul_overflow(count, size, &bytes) ? NULL : own_malloc(bytes);
	return allocated(&by, RACE_REAL(calloc)(count, size), count * size);
}

static void *own_realloc(void *memory, size_t bytes)
{
	size_t kept = own_size(memory);
	char *moved = own_malloc(bytes);

	for (size_t i = 0; i < kept && i < bytes; i++)
		moved[i] = ((char *)memory)[i];
	own_free(memory);
	return moved;
}

/* A block that grows in place keeps its locks and atomics. */
static void *reallocate(const struct race_caller *by, void *(*reallocate_really)(void *, size_t),
                        void *memory, size_t bytes)
{
	size_t before = 0;
	void *moved;
	int kept;

	if (race_is_busy() && !memory)
		return own_malloc(bytes);
	if (memory && race_alloc_owns(memory))
		return own_realloc(memory, bytes);
	if (memory && race_is_threaded()) {
		kept = errno;
		before = size_of(memory, 1);
		judge_or_note(by, (uint64_t)memory, before);
		errno = kept;
	}
	moved = reallocate_really(memory, bytes);
	if (before && moved != memory && (moved || bytes == 0))
		race_sync_forget((uint64_t)memory, before);
	if (memory && moved != memory && (moved || bytes == 0) && race_is_watching())
		race_heap_forget((uint64_t)memory);
	return allocated(by, moved, bytes);
}

RACE_STAND_IN_FOR(void *, realloc, (void *memory, size_t bytes), (memory, bytes))
{
	return reallocate(&by, RACE_REAL(realloc), memory, bytes);
}

RACE_STAND_IN_FOR(void *, reallocarray, (void *memory, size_t count, size_t size),
                  (memory, count, size))
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return reallocate(&by, RACE_REAL(realloc), memory, bytes);
}

RACE_STAND_IN_FOR(int, posix_memalign, (void **memory, size_t align, size_t bytes),
                  (memory, align, bytes))
{
	int result = RACE_REAL(posix_memalign)(memory, align, bytes);

	if (result == 0)
		allocated(&by, *memory, bytes);
	return result;
}

RACE_STAND_IN_FOR(void *, aligned_alloc, (size_t align, size_t bytes), (align, bytes))
{
	return allocated(&by, RACE_REAL(aligned_alloc)(align, bytes), bytes);
}

RACE_STAND_IN_FOR(void *, memalign, (size_t align, size_t bytes), (align, bytes))
{
	return allocated(&by, RACE_REAL(memalign)(align, bytes), bytes);
}

RACE_STAND_IN_FOR(void *, valloc, (size_t bytes), (bytes))
{
	return allocated(&by, RACE_REAL(valloc)(bytes), bytes);
}

RACE_STAND_IN_FOR(void *, pvalloc, (size_t bytes), (bytes))
{
	return allocated(&by, RACE_REAL(pvalloc)(bytes), bytes);
}

void *race_memory_malloc(const struct race_caller *by, size_t align, size_t bytes)
{
	if (align > RACE_MALLOC_ALIGN)
		return aligned_alloc_for(*by, align, (bytes + align - 1) & ~(align - 1));
	return malloc_for(*by, bytes);
}

void race_memory_free(const struct race_caller *by, void *memory)
{
	free_for(*by, memory);
}

bool race_memory_is_mallocs(void *function)
{
	return sizes_known && module_of(function) == module_of((void *)RACE_REAL(malloc));
}

void race_intercept_memory_init(void)
{
	sizes_known = module_of((void *)real_malloc_usable_size) ==
	              module_of((void *)RACE_REAL(malloc));
}
