/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sweep.c - shadow that was touched, by the kernel's lists (sweep.h): the mappings of the
 * program, and of the shadow that belongs to each the pages that have memory or are
 * swapped out. Shadow between the mappings belongs to memory that is gone: it goes too.
 * Without /proc the kernel is asked for all 64 TiB, page by page, which takes seconds.
 */
#include "sweep.h"

#include <fcntl.h>

#include "alloc.h"
#include "maps.h"
#include "platform.h"

#define PAGE 4096ull
#define CHUNK (1u << 16)

static race_cell (*renew)(race_cell);

static void renew_page(uint64_t page)
{
	race_cell *cells = (race_cell *)page;

	/* A thread on its way out (recount.c) may come between. */
	for (; (uint64_t)cells < page + PAGE; cells += 2) {
		race_cell c0, c1, new0, new1;

		do {
			c0 = race_load(&cells[0]), c1 = race_load(&cells[1]);
			if (!(c0 | c1))
				break;
			new0 = renew(c0);
			new1 = race_cell_is_list(c1) ? c1 : renew(c1);
			if (!new0 && !race_cell_is_list(c1))
				new0 = new1, new1 = 0;
		} while (!race_shadow_swap(cells, c0, c1, new0, new1));
	}
}

/* ---- the touched pages of the shadow [from, to) ---- */

static void by_mincore(uint64_t from, uint64_t to)
{
	static unsigned char resident[CHUNK];

	for (; from < to; from += CHUNK * PAGE) {
		uint64_t pages = (to - from) / PAGE < CHUNK ? (to - from) / PAGE : CHUNK;

		race_syscall(__NR_mincore, (long)from, (long)(pages * PAGE), (long)resident, 0, 0, 0);
		for (uint64_t i = 0; i < pages; i++)
			if (resident[i] & 1)
				renew_page(from + i * PAGE);
	}
}

/* What the kernel says of a page in pagemap. */
#define IN_MEMORY (1ull << 63)
#define SWAPPED (1ull << 62)

static void by_pagemap(int pagemap, uint64_t from, uint64_t to)
{
	static uint64_t entries[CHUNK / sizeof(uint64_t)];

	while (from < to) {
		uint64_t bytes = (to - from) / PAGE * sizeof(*entries);
		long got = race_sys_pread(pagemap, entries,
		                          bytes < sizeof(entries) ? bytes : sizeof(entries),
		                          from / PAGE * sizeof(*entries));

		if (got < (long)sizeof(*entries)) {
			by_mincore(from, to);
			return;
		}
		for (long i = 0; i < got / (long)sizeof(*entries); i++, from += PAGE)
			if (entries[i] & (IN_MEMORY | SWAPPED))
				renew_page(from);
	}
}

/* ---- the program's mappings ---- */

/* Has it shadow? Then that is [*first, *last). */
static bool has_shadow(const struct race_mapping *mapping, uint64_t *first, uint64_t *last)
{
	uint64_t from = mapping->from;

	*first = (uint64_t)race_shadow_of(from);
	*last = *first + 2 * (mapping->to - from);
	return mapping->to <= RACE_SHADOW_BASE ||
	       (from >= RACE_SHADOW_BASE + RACE_SHADOW_BYTES && from >> 47 == 0 &&
	        !race_alloc_owns((void *)from));
}

static void drop(uint64_t from, uint64_t to)
{
	if (from < to)
		race_sys_madvise((void *)from, to - from, MADV_DONTNEED);
}

/* Shadow folds addresses; in a usual program mappings have the order of their shadow. */
static bool is_in_order(struct race_maps *maps)
{
	uint64_t first, last, done = RACE_SHADOW_BASE;
	struct race_mapping mapping;

	while (race_maps_next(maps, &mapping)) {
		if (!has_shadow(&mapping, &first, &last))
			continue;
		if (first < done)
			return false;
		done = last;
	}
	return race_maps_ended(maps) && done > RACE_SHADOW_BASE;
}

static void by_mappings(struct race_maps *maps, int pagemap)
{
	uint64_t first, last, done = RACE_SHADOW_BASE;
	struct race_mapping mapping;

	while (race_maps_next(maps, &mapping)) {
		if (!has_shadow(&mapping, &first, &last) || last <= done)
			continue;
		drop(done, first);
		by_pagemap(pagemap, first > done ? first : done, last);
		done = last;
	}
	drop(done, RACE_SHADOW_BASE + RACE_SHADOW_BYTES);
}

void race_sweep(race_cell (*renewed)(race_cell))
{
	int pagemap = (int)race_sys_open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC, 0);
	static struct race_maps first, second;

	renew = renewed;
	if (race_maps_open(&first) && race_maps_open(&second) && is_in_order(&first))
		by_mappings(&second, pagemap);
	else
		by_mincore(RACE_SHADOW_BASE, RACE_SHADOW_BASE + RACE_SHADOW_BYTES);
	race_maps_close(&first);
	race_maps_close(&second);
	race_sys_close(pagemap);
}
