/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * shadow.c - the shadow as address space (shadow.h).
 *
 * Linux gives a program the lowest gigabytes (an executable without PIE and its heap)
 * and the upper half of 47 bits (PIE, libraries, stacks, mappings). The mask keeps 45
 * bits, so [0, 2 GB) and the upper half fold into 2^45 bytes, and twice that, right
 * above 2 GB, is shadow. Two mappings of one program share shadow only if they lie a
 * multiple of 2^45 bytes apart: race_shadow_apart asks that of the ones that exist.
 */
#include "shadow.h"

#include <errno.h>

#include "overflow.h"
#include "platform.h"

#define PAGE 4096ull
/* From here on a clear asks what was ever touched, and from there on it drops pages: what
 * is dropped is faulted in again, at a read and at a write, and each processor is told. */
#define CLEAR_BY_PAGE (16 * PAGE)
#define CLEAR_BY_DROPPING (1ull << 20)

static const uint64_t shadow_bytes = RACE_SHADOW_BYTES;

const char *race_shadow_map(void)
{
	void *base = (void *)RACE_SHADOW_BASE;
	long got = race_syscall(__NR_mmap, (long)base, (long)shadow_bytes, PROT_READ | PROT_WRITE,
	                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
	                                MAP_FIXED_NOREPLACE,
	                        -1, 0);

	if (got == -EEXIST)
		return "something else is mapped where the shadow must be";
	if (got != (long)base)
		return "the kernel refuses the address space for shadow memory (64 TiB, "
		       "unbacked): lift `ulimit -v`, set vm.overcommit_memory to 0 or 1";
	/* Shadow is touched here and there: whole huge pages would waste memory. And it
	 * says nothing to who reads a core. */
	race_sys_madvise(base, shadow_bytes, MADV_NOHUGEPAGE);
	race_sys_madvise(base, shadow_bytes, MADV_DONTDUMP);
	return NULL;
}

bool race_shadow_apart(uint64_t addr, uint64_t other)
{
	const uint64_t terabyte = 1ull << 40;
	uint64_t folded = addr & RACE_SHADOW_MASK, other_folded = other & RACE_SHADOW_MASK;
	bool low = addr < RACE_SHADOW_BASE, other_low = other < RACE_SHADOW_BASE;

	if ((!low && addr < 1ull << 46) || (!other_low && other < 1ull << 46))
		return false;
	/* Room for either to grow by a terabyte; nearer ones are neighbours. */
	return (addr > other ? addr - other : other - addr) < 1ull << 44 ||
	       (folded > other_folded ? folded - other_folded : other_folded - folded) > terabyte;
}

void race_shadow_populate(uint64_t page, uint64_t pages)
{
	race_sys_madvise((void *)(page * 2 * PAGE), pages * 2 * PAGE, MADV_POPULATE_WRITE);
}

void race_shadow_forget_zero_pages(void)
{
	race_sys_madvise((void *)RACE_SHADOW_BASE, shadow_bytes, MADV_DONTNEED);
}

/* A page of shadow covers half a page of the program. */
#define COVERED (PAGE / 2)

bool race_shadow_exists(uint64_t addr, uint64_t bytes, uint64_t *part)
{
	unsigned char resident[1024];
	uint64_t first = addr & ~(COVERED - 1), pages, same = 1;

	pages = (addr + bytes - first + COVERED - 1) / COVERED;
	if (pages > sizeof(resident))
		pages = sizeof(resident);
	if (race_syscall(__NR_mincore, (long)race_shadow_of(first), (long)(pages * PAGE),
	                 (long)resident, 0, 0, 0))
		resident[0] = 1, pages = 1;
	while (same < pages && (resident[same] & 1) == (resident[0] & 1))
		same++;
	*part = first + same * COVERED - addr;
	if (*part > bytes)
		*part = bytes;
	return resident[0] & 1;
}

uint32_t race_shadow_lives[RACE_SHADOW_LIVES];

/* These cells named list c1 until just now. */
static void free_list(const race_cell *cells, race_cell c1)
{
	race_shadow_end_life(((uint64_t)cells - RACE_SHADOW_BASE) / 2);
	race_overflow_free(c1);
}

static void clear_granule(race_cell *cells)
{
	for (;;) {
		race_cell c0 = race_load(&cells[0]), c1 = race_load(&cells[1]);

		if (!(c0 | c1))
			return;
		if (race_shadow_swap(cells, c0, c1, 0, 0)) {
			if (race_cell_is_list(c1))
				free_list(cells, c1);
			return;
		}
	}
}

static void clear_cells(uint64_t addr, uint64_t end)
{
	for (race_cell *cells = race_shadow_of(addr); addr < end; addr += 8, cells += 2)
		clear_granule(cells);
}

static void clear_lists(uint64_t addr, uint64_t end)
{
	for (race_cell *cells = race_shadow_of(addr); addr < end; addr += 8, cells += 2)
		if (race_cell_is_list(race_load(&cells[1])))
			clear_granule(cells);
}

/* Which gigabytes of the program have had a granule with a list. */
#define REGION (1ull << 30)
static uint8_t regions[(RACE_SHADOW_MASK + 8) / REGION];

void race_shadow_note_list(const race_cell *cells)
{
	race_store(&regions[((uint64_t)cells - RACE_SHADOW_BASE) / (2 * REGION)], 1);
}

/* Gives back the lists in shadow that is about to be dropped or overwritten. */
static void free_lists(uint64_t addr, uint64_t end)
{
	uint64_t part, last;

	for (; race_overflow_in_use() && addr < end; addr = last) {
		last = (addr | (REGION - 1)) + 1 < end ? (addr | (REGION - 1)) + 1 : end;
		if (!race_load(&regions[(addr & RACE_SHADOW_MASK) / REGION]))
			continue;
		for (; addr < last; addr += part)
			if (race_shadow_exists(addr, last - addr, &part))
				clear_lists(addr, addr + part);
	}
}

static void zero(uint64_t addr, uint64_t end)
{
	race_cell *cells = race_shadow_of(addr);
	uint64_t count = (end - addr) / 4;

	__asm__ volatile("rep stosq" : "+D"(cells), "+c"(count) : "a"(0) : "memory");
}

static void clear_touched(uint64_t addr, uint64_t end)
{
	for (uint64_t part; addr < end; addr += part)
		if (race_shadow_exists(addr, end - addr, &part))
			zero(addr, addr + part);
}

void race_shadow_clear(uint64_t addr, uint64_t bytes)
{
	uint64_t start = addr & ~7ull, end = (addr + bytes + 7) & ~7ull;

	if (bytes >= CLEAR_BY_PAGE) {
		uint64_t first = (start + PAGE - 1) & ~(PAGE - 1), last = end & ~(PAGE - 1);

		free_lists(first, last);
		if (bytes < CLEAR_BY_DROPPING)
			clear_touched(first, last);
		else
			race_sys_madvise(race_shadow_of(first), 2 * (last - first),
			                 MADV_DONTNEED);
		clear_cells(start, first);
		clear_cells(last, end);
		return;
	}
	clear_cells(start, end);
}
