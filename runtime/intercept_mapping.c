/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_mapping.c - memory by the page. What is mapped anew has no past, whoever had
 * the addresses before. Taking a mapping away is judged like free, where instrumented
 * code does it. Dropping its contents is not: of a file, or shared, they stay the same.
 *
 * The allocators of other libraries come here too, with locks that nobody sees.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "intercept_memory.h"
#include "kept.h"
#include "platform.h"
#include "shared.h"
#include "sync.h"

static void note_new(const void *memory, size_t bytes)
{
	int kept = errno;

	if (bytes && race_is_threaded()) {
		race_sync_forget((uint64_t)memory, bytes);
		race_shadow_clear((uint64_t)memory, bytes);
	}
	errno = kept;
}

static void note_mapping(const void *memory, size_t bytes)
{
	int kept = errno;

	if (race_is_watching())
		race_shared_drop((uint64_t)memory, bytes);
	errno = kept;
	note_new(memory, bytes);
}

/* A file may be mapped more than once: its locks go by its name. */
static void *mapped(void *memory, size_t bytes, int flags, int fd, off_t offset)
{
	struct stat file;
	int kept = errno;

	if (memory == MAP_FAILED)
		return memory;
	note_mapping(memory, bytes);
	if (flags & MAP_SHARED && !(flags & MAP_ANONYMOUS) && race_is_watching() &&
	    race_syscall(__NR_fstat, fd, (long)&file, 0, 0, 0, 0) == 0) {
		race_sync_forget((uint64_t)memory, bytes);
		race_shared_add((uint64_t)memory, bytes, file.st_dev, file.st_ino, (uint64_t)offset);
	}
	errno = kept;
	return memory;
}

/* A copy of the process that writes a dump calls it, too: to read debug information. */
RACE_STAND_IN(void *, mmap,
              (void *addr, size_t bytes, int protection, int flags, int fd, off_t offset))
{
	void *kept = race_kept_map(bytes, flags & MAP_ANONYMOUS ? -1 : fd, (uint64_t)offset);

	if (race_unlikely(kept != NULL))
		return kept;
	return mapped(RACE_REAL(mmap)(addr, bytes, protection, flags, fd, offset), bytes, flags,
	              fd, offset);
}

/* The same by the name that -D_FILE_OFFSET_BITS=64 gives it. */
RACE_STAND_IN(void *, mmap64,
              (void *addr, size_t bytes, int protection, int flags, int fd, off64_t offset))
{
	return mapped(RACE_REAL(mmap64)(addr, bytes, protection, flags, fd, offset), bytes, flags,
	              fd, offset);
}

/* In front of the call: right behind it another thread may have the addresses. */
static void unmap(const struct race_caller *by, void *memory, size_t bytes)
{
	if (!bytes || (uint64_t)memory % 4096)
		return;
	if (by->instrumented)
		race_memory_freed(by, memory, bytes);
	note_mapping(memory, bytes);
}

RACE_STAND_IN_FOR(int, munmap, (void *memory, size_t bytes), (memory, bytes))
{
	if (race_unlikely(race_kept_unmap(memory, bytes)))
		return 0;
	unmap(&by, memory, bytes);
	return RACE_REAL(munmap)(memory, bytes);
}

/* One that may move is as good as a free; one that stays changes only its tail. */
typedef void *remap_function(void *, size_t, size_t, int, ...);

static void *remap(const struct race_caller *by, remap_function *really, void *memory,
                   size_t bytes, size_t new_bytes, int flags, void *place)
{
	void *result;

	if (by->instrumented && flags & MREMAP_MAYMOVE && new_bytes > bytes &&
	    (uint64_t)memory % 4096 == 0)
		race_memory_freed(by, memory, bytes);
	else if (new_bytes < bytes)
		unmap(by, (char *)memory + ((new_bytes + 4095) & ~4095ul),
		      bytes - ((new_bytes + 4095) & ~4095ul));
	result = really(memory, bytes, new_bytes, flags, place);
	if (result == MAP_FAILED)
		return result;
	if (result != memory) {
		note_mapping(memory, bytes);
		note_mapping(result, new_bytes);
	} else if (new_bytes > bytes) {
		note_new((char *)memory + bytes, new_bytes - bytes);
	}
	return result;
}

static void *remap_list(bool instrumented, uint64_t pc, remap_function *really, void *memory,
                        size_t bytes, size_t new_bytes, int flags, va_list list)
{
	struct race_caller by = { pc, RACE_FUNCTION("mremap()"), instrumented };
	void *place = flags & MREMAP_FIXED ? va_arg(list, void *) : NULL;

	return remap(&by, really, memory, bytes, new_bytes, flags, place);
}

static void *plain_mremap(void *memory, size_t bytes, size_t new_bytes, int flags, ...);
RACE_EXPORT void *RACE_NAME(mremap)(void *memory, size_t bytes, size_t new_bytes, int flags, ...)
	__attribute__((weak, alias("plain_mremap")));
RACE_REAL_ENTRY(mremap, plain_mremap)

static void *plain_mremap(void *memory, size_t bytes, size_t new_bytes, int flags, ...)
{
	va_list list;
	void *moved;

	va_start(list, flags);
	moved = remap_list(false, RACE_CALLER, RACE_REAL(mremap), memory, bytes, new_bytes,
	                   flags, list);
	va_end(list);
	return moved;
}

RACE_EXPORT void *__race_mremap(void *memory, size_t bytes, size_t new_bytes, int flags, ...)
{
	va_list list;
	void *moved;

	va_start(list, flags);
	moved = remap_list(true, RACE_CALLER, RACE_REAL(mremap), memory, bytes, new_bytes,
	                   flags, list);
	va_end(list);
	return moved;
}

RACE_STAND_IN(int, madvise, (void *memory, size_t bytes, int advice))
{
	int result = RACE_REAL(madvise)(memory, bytes, advice);

	if (result == 0 && (advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_REMOVE))
		note_new(memory, bytes);
	return result;
}

/* What the break takes in is new. Called by another thread at the same time, it may be
 * another's as well: then nobody knows. */
static void moved(char *old, char *now)
{
	if (now > old)
		note_new(old, (size_t)(now - old));
	else
		note_new(now, (size_t)(old - now));
}

RACE_STAND_IN(void *, sbrk, (intptr_t bytes))
{
	char *old = RACE_REAL(sbrk)(bytes);

	if (old != (void *)-1 && bytes)
		moved(old, old + bytes);
	return old;
}

RACE_STAND_IN(int, brk, (void *end))
{
	char *old = sbrk(0);
	int result = RACE_REAL(brk)(end);

	if (result == 0)
		moved(old, end);
	return result;
}

RACE_STAND_IN(void *, shmat, (int segment, const void *place, int flags))
{
	void *memory = RACE_REAL(shmat)(segment, place, flags);
	struct shmid_ds about;
	int kept = errno;

	if (memory != (void *)-1 && shmctl(segment, IPC_STAT, &about) == 0)
		note_new(memory, about.shm_segsz);
	errno = kept;
	return memory;
}
