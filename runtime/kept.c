/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * kept.c - pages cut off one behind the other (kept.h). What is given back loses its memory
 * and, but for the last, not its addresses: who grows does so by doubling.
 */
#define _GNU_SOURCE
#include "kept.h"

#include <errno.h>

#include "platform.h"

#define BYTES (1ull << 30) /* addresses; memory is taken as it is used */
#define PAGE 4096ull

struct kept {
	uint64_t used; /* this head, too */
	uint32_t open; /* a copy is at work, or was when it ended */
	bool short_of; /* something had to be mapped elsewhere */
	void *root;
};

static struct kept *kept;
static bool begun;

static uint64_t in_pages(uint64_t bytes)
{
	return (bytes + PAGE - 1) & -PAGE;
}

void race_kept_open(void)
{
	long got;

	if (kept)
		return;
	got = race_sys_mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE);
	if (got < 0 && got > -4096)
		return;
	race_sys_madvise((void *)got, BYTES, MADV_DONTDUMP);
	kept = (struct kept *)got;
	kept->used = PAGE;
}

void race_kept_forked(void)
{
	if (kept)
		race_sys_munmap(kept, BYTES);
	kept = NULL;
}

void race_kept_begin(void)
{
	begun = kept != NULL;
	if (begun && kept->open)
		race_kept_forget();
	if (begun)
		race_store(&kept->open, 1);
}

void race_kept_end(void)
{
	if (begun && !kept->short_of)
		race_store_release(&kept->open, 0);
	begun = false;
}

void **race_kept_root(void)
{
	return begun ? &kept->root : NULL;
}

void race_kept_forget(void)
{
	race_sys_madvise(kept, in_pages(kept->used), MADV_REMOVE);
	kept->used = PAGE;
	kept->open = 1;
}

/* Reads what is there; the rest stays zeros. */
static bool fill(char *memory, size_t bytes, int fd, uint64_t at)
{
	while (bytes) {
		long got = race_sys_pread(fd, memory, bytes, at);

		if (got == -EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		memory += got;
		bytes -= (size_t)got;
		at += (uint64_t)got;
	}
	return true;
}

void *race_kept_map(size_t bytes, int fd, uint64_t at)
{
	char *memory;

	if (!begun)
		return NULL;
	if (!bytes || in_pages(bytes) > BYTES - kept->used) {
		kept->short_of = true;
		return NULL;
	}
	memory = (char *)kept + kept->used;
	kept->used += in_pages(bytes);
	if (fd >= 0 && !fill(memory, bytes, fd, at)) {
		race_kept_unmap(memory, bytes);
		kept->short_of = true;
		return NULL;
	}
	return memory;
}

bool race_kept_unmap(void *memory, size_t bytes)
{
	uint64_t from = (uint64_t)memory - (uint64_t)kept, size = in_pages(bytes);

	if (!begun || from >= BYTES)
		return false;
	race_sys_madvise(memory, size, MADV_REMOVE);
	if (from + size == kept->used)
		kept->used = from;
	return true;
}
