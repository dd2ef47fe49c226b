/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_memory.c - memory changes hands. Whatever allocator the program has does
 * the work; we note that free writes the whole block, so that an access that nothing
 * orders before it is a race, and that an allocation begins the memory's life anew, so
 * that it is not judged by what an earlier owner did there.
 *
 * Inside the runtime (libc allocates in dlopen, for one) the program's allocator is not
 * entered: our own memory serves, and is recognised when it comes back.
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "access.h"
#include "alloc.h"
#include "intercept.h"
#include "platform.h"
#include "shared.h"
#include "sync.h"

/* From here on blocks are lazy: their shadow is dropped, not written. */
#define LAZY_BYTES (128ull << 10)

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

/* Nobody asks us for it; we ask. */
RACE_STAND_IN(size_t, malloc_usable_size, (void *memory))
{
	return memory && race_alloc_owns(memory) ? own_size(memory) :
	                                           RACE_REAL(malloc_usable_size)(memory);
}

static void note_alloc(void *memory, uint64_t pc)
{
	int kept = errno;
	size_t bytes;

	if (!memory || !race_is_threaded())
		return;
	race_self();
	/* All of the block, as free will have it: its last bytes may be nobody's. */
	bytes = RACE_REAL(malloc_usable_size)(memory);
	if (bytes >= LAZY_BYTES)
		race_shadow_clear((uint64_t)memory, bytes);
	else
		race_access_fresh((uint64_t)memory, bytes, race_site_of(pc, RACE_ALLOC, 0));
	errno = kept;
}

/* Only the parts of a lazy block whose shadow exists can have been accessed. */
static void free_access(uint64_t addr, uint64_t bytes, uint64_t pc)
{
	uint32_t site = race_site_of(pc, RACE_FREE, 0);
	struct race_thread *self = race_self();
	uint64_t touched;

	if (bytes < LAZY_BYTES) {
		race_access(self, addr, bytes, RACE_FREE, site);
		return;
	}
	for (uint64_t end = addr + bytes; addr < end; addr += touched) {
		bool exists = race_shadow_exists(addr, end - addr, &touched);

		if (exists)
			race_access(self, addr, touched, RACE_FREE, site);
	}
}

static void note_free(void *memory, uint64_t pc)
{
	int kept = errno;
	size_t bytes;

	if (!race_is_threaded())
		return;
	bytes = RACE_REAL(malloc_usable_size)(memory);
	free_access((uint64_t)memory, bytes, pc);
	race_sync_forget((uint64_t)memory, bytes);
	/* Its pages may go back to the system, and their shadow with them. */
	if (bytes >= LAZY_BYTES)
		race_shadow_clear((uint64_t)memory, bytes);
	errno = kept;
}

/* ---- malloc and its family ---- */

RACE_STAND_IN(void *, malloc, (size_t bytes))
{
	void *memory;

	if (race_is_busy())
		return own_malloc(bytes);
	memory = RACE_REAL(malloc)(bytes);
	note_alloc(memory, RACE_CALLER);
	return memory;
}

RACE_STAND_IN(void, free, (void *memory))
{
	if (!memory)
		return;
	if (race_alloc_owns(memory)) {
		own_free(memory);
		return;
	}
	note_free(memory, RACE_CALLER);
	RACE_REAL(free)(memory);
}

RACE_STAND_IN(void *, calloc, (size_t count, size_t size))
{
	size_t bytes;
	void *memory;

	if (race_is_busy())
		return __builtin_mul_overflow(count, size, &bytes) ? NULL : own_malloc(bytes);
	memory = RACE_REAL(calloc)(count, size);
	note_alloc(memory, RACE_CALLER);
	return memory;
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
static void *reallocate(void *(*reallocate_really)(void *, size_t), void *memory,
                        size_t bytes, uint64_t pc)
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
		before = RACE_REAL(malloc_usable_size)(memory);
		free_access((uint64_t)memory, before, pc);
		errno = kept;
	}
	moved = reallocate_really(memory, bytes);
	if (before && moved != memory && (moved || bytes == 0))
		race_sync_forget((uint64_t)memory, before);
	note_alloc(moved, pc);
	return moved;
}

RACE_STAND_IN(void *, realloc, (void *memory, size_t bytes))
{
	return reallocate(RACE_REAL(realloc), memory, bytes, RACE_CALLER);
}

RACE_STAND_IN(void *, reallocarray, (void *memory, size_t count, size_t size))
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return reallocate(RACE_REAL(realloc), memory, bytes, RACE_CALLER);
}

RACE_STAND_IN(int, posix_memalign, (void **memory, size_t align, size_t bytes))
{
	int result = RACE_REAL(posix_memalign)(memory, align, bytes);

	if (result == 0)
		note_alloc(*memory, RACE_CALLER);
	return result;
}

RACE_STAND_IN(void *, aligned_alloc, (size_t align, size_t bytes))
{
	void *memory = RACE_REAL(aligned_alloc)(align, bytes);

	note_alloc(memory, RACE_CALLER);
	return memory;
}

RACE_STAND_IN(void *, memalign, (size_t align, size_t bytes))
{
	void *memory = RACE_REAL(memalign)(align, bytes);

	note_alloc(memory, RACE_CALLER);
	return memory;
}

RACE_STAND_IN(void *, valloc, (size_t bytes))
{
	void *memory = RACE_REAL(valloc)(bytes);

	note_alloc(memory, RACE_CALLER);
	return memory;
}

/* ---- mappings ---- */

static void note_mapping(void *memory, size_t bytes)
{
	int kept = errno;

	if (memory == MAP_FAILED || !race_is_watching())
		return;
	race_shared_drop((uint64_t)memory, bytes);
	if (race_is_threaded()) {
		race_sync_forget((uint64_t)memory, bytes);
		race_shadow_clear((uint64_t)memory, bytes);
	}
	errno = kept;
}

/* A file may be mapped more than once: its locks go by its name. */
static void *mapped(void *memory, size_t bytes, int flags, int fd, off_t offset)
{
	struct stat file;

	note_mapping(memory, bytes);
	if (memory != MAP_FAILED && flags & MAP_SHARED && !(flags & MAP_ANONYMOUS) &&
	    race_is_watching() && race_syscall(__NR_fstat, fd, (long)&file, 0, 0, 0, 0) == 0)
		race_shared_add((uint64_t)memory, bytes, file.st_dev, file.st_ino, (uint64_t)offset);
	return memory;
}

RACE_STAND_IN(void *, mmap,
              (void *addr, size_t bytes, int protection, int flags, int fd, off_t offset))
{
	return mapped(RACE_REAL(mmap)(addr, bytes, protection, flags, fd, offset), bytes, flags,
	              fd, offset);
}

/* The same by the name that -D_FILE_OFFSET_BITS=64 gives it. */
RACE_STAND_IN(void *, mmap64,
              (void *addr, size_t bytes, int protection, int flags, int fd, off64_t offset))
{
	return mapped(RACE_REAL(mmap)(addr, bytes, protection, flags, fd, offset), bytes, flags,
	              fd, offset);
}

RACE_STAND_IN(int, munmap, (void *memory, size_t bytes))
{
	/* Before: right behind it another thread may have the addresses. */
	note_mapping(memory, bytes);
	return RACE_REAL(munmap)(memory, bytes);
}
