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
#include "platform.h"

#define PAGE 4096ull
#define CHUNK (1u << 16)

static race_cell (*renew)(race_cell);

static void renew_page(uint64_t page)
{
	race_cell *cells = (race_cell *)page;

	for (; (uint64_t)cells < page + PAGE; cells += 2) {
		race_cell c0, c1;

		if (!(cells[0] | cells[1]) || race_cell_is_list(cells[0]))
			continue;
		c0 = renew(cells[0]);
		c1 = renew(cells[1]);
		race_store(&cells[0], c0 ? c0 : c1);
		race_store(&cells[1], c0 ? c1 : 0);
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

struct reader {
	int fd;
	long have, at; /* in its buffer; 0 at the end, negative when it broke */
};

static int next_char(struct reader *reader)
{
	static char buffer[CHUNK]; /* one reader at a time */

	if (reader->have <= reader->at) {
		reader->have = race_sys_read(reader->fd, buffer, sizeof(buffer));
		reader->at = 0;
		if (reader->have <= 0) {
			return -1;
		}
	}
	return (unsigned char)buffer[reader->at++];
}

/* Hexadecimal up to some other character, which goes to *behind. */
static uint64_t next_number(struct reader *reader, int *behind)
{
	uint64_t value = 0;

	for (;;) {
		int c = next_char(reader);
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

		*behind = c;
		if (digit < 0)
			return value;
		value = value << 4 | (uint64_t)digit;
	}
}

/* The next mapping, `from-to ...` on a line of its own. */
static bool next_mapping(struct reader *reader, uint64_t *from, uint64_t *to)
{
	int behind;

	*from = next_number(reader, &behind);
	if (behind != '-')
		return false;
	*to = next_number(reader, &behind);
	while (behind != '\n' && behind != -1)
		behind = next_char(reader);
	return true;
}

static bool is_programs(uint64_t from, uint64_t to)
{
	return to <= RACE_SHADOW_BASE ||
	       (from >= RACE_SHADOW_BASE + RACE_SHADOW_BYTES && from >> 47 == 0 &&
	        !race_alloc_owns((void *)from));
}

static void drop(uint64_t from, uint64_t to)
{
	if (from < to)
		race_sys_madvise((void *)from, to - from, MADV_DONTNEED);
}

/* Shadow folds addresses; in a usual program mappings have the order of their shadow. */
static bool is_in_order(struct reader *maps)
{
	uint64_t from, to, done = RACE_SHADOW_BASE;

	while (next_mapping(maps, &from, &to)) {
		uint64_t first = (uint64_t)race_shadow_of(from);

		if (!is_programs(from, to))
			continue;
		if (first < done)
			return false;
		done = first + 2 * (to - from);
	}
	return maps->have == 0 && done > RACE_SHADOW_BASE;
}

static void by_mappings(struct reader *maps, int pagemap)
{
	uint64_t from, to, done = RACE_SHADOW_BASE;

	while (next_mapping(maps, &from, &to)) {
		uint64_t first = (uint64_t)race_shadow_of(from), last = first + 2 * (to - from);

		if (!is_programs(from, to) || last <= done)
			continue;
		drop(done, first);
		by_pagemap(pagemap, first > done ? first : done, last);
		done = last;
	}
	drop(done, RACE_SHADOW_BASE + RACE_SHADOW_BYTES);
}

static int open_proc(const char *path)
{
	return (int)race_sys_open(path, O_RDONLY | O_CLOEXEC, 0);
}

void race_sweep(race_cell (*renewed)(race_cell))
{
	struct reader first = { .fd = open_proc("/proc/self/maps") };
	struct reader second = { .fd = open_proc("/proc/self/maps") };
	int pagemap = open_proc("/proc/self/pagemap");

	renew = renewed;
	if (second.fd >= 0 && is_in_order(&first))
		by_mappings(&second, pagemap);
	else
		by_mincore(RACE_SHADOW_BASE, RACE_SHADOW_BASE + RACE_SHADOW_BYTES);
	race_sys_close(first.fd);
	race_sys_close(second.fd);
	race_sys_close(pagemap);
}
