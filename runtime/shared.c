/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * shared.c - the mappings that show files, in a table sorted by address (shared.h). Who
 * looks up takes no lock: he reads again when the table changed meanwhile. When the table
 * is full, what more is mapped goes by its address.
 */
#include "shared.h"

#include "maps.h"
#include "platform.h"

#define MAPPINGS 4096
#define PAGE 4096ull
#define OFFSET_BITS 40
#define OFFSET_MASK ((1ull << OFFSET_BITS) - 1)

struct mapping {
	uint64_t addr;
	uint64_t end;
	uint64_t name; /* of the first byte */
};

uint32_t race_shared_count;
static struct mapping mappings[MAPPINGS];
static struct race_spin lock;
static uint32_t changes; /* odd while the table changes */

/* The first mapping that ends behind addr. */
static uint32_t first_behind(uint64_t addr)
{
	uint32_t low = 0, high = race_load(&race_shared_count);

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (race_load(&mappings[middle].end) <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void put(uint32_t i, uint64_t addr, uint64_t end, uint64_t name)
{
	race_store(&mappings[i].addr, addr);
	race_store(&mappings[i].end, end);
	race_store(&mappings[i].name, name);
}

/* [addr, end) gets that name, or none: 0. What stands before and behind it stays. */
static void replace(uint64_t addr, uint64_t end, uint64_t name)
{
	uint32_t first = first_behind(addr), last = first, pieces = 0, count = race_shared_count;
	struct mapping piece[3];

	if (first < count && mappings[first].addr < addr)
		piece[pieces++] = (struct mapping){ mappings[first].addr, addr, mappings[first].name };
	if (name)
		piece[pieces++] = (struct mapping){ addr, end, name };
	while (last < count && mappings[last].addr < end)
		last++;
	if (last > first && mappings[last - 1].end > end)
		piece[pieces++] = (struct mapping){ end, mappings[last - 1].end,
			mappings[last - 1].name + (end - mappings[last - 1].addr) };
	if (count - (last - first) + pieces > MAPPINGS)
		return;
	for (uint32_t i = last; pieces < last - first && i < count; i++)
		put(i - (last - first) + pieces, mappings[i].addr, mappings[i].end, mappings[i].name);
	for (uint32_t i = count; pieces > last - first && i-- > last;)
		put(i - (last - first) + pieces, mappings[i].addr, mappings[i].end, mappings[i].name);
	for (uint32_t i = 0; i < pieces; i++)
		put(first + i, piece[i].addr, piece[i].end, piece[i].name);
	race_store(&race_shared_count, count - (last - first) + pieces);
}

static void change(uint64_t addr, uint64_t bytes, uint64_t name)
{
	race_enter();
	race_spin_take(&lock);
	race_store(&changes, changes + 1);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	replace(addr, addr + bytes, name);
	race_store_release(&changes, changes + 1);
	race_spin_give(&lock);
	race_leave();
}

/* Two files with the same hash would share their locks: one pair in 8 million. */
static uint64_t name_of(uint64_t device, uint64_t inode, uint64_t offset)
{
	uint64_t file = (inode ^ device << 40 ^ device >> 24) * 0x9e3779b97f4a7c15ull;

	return 1ull << 63 | file >> (OFFSET_BITS + 1) << OFFSET_BITS | (offset & OFFSET_MASK);
}

void race_shared_add(uint64_t addr, uint64_t bytes, uint64_t device, uint64_t inode,
                     uint64_t offset)
{
	change(addr, bytes, name_of(device, inode, offset));
}

void race_shared_drop(uint64_t addr, uint64_t bytes)
{
	if (race_load(&race_shared_count))
		change(addr, bytes, 0);
}

uint64_t race_shared_find(uint64_t addr)
{
	uint32_t seen, i;
	uint64_t name;

	do {
		while ((seen = race_load_acquire(&changes)) & 1)
			race_sys_sched_yield();
		i = first_behind(addr);
		name = addr;
		if (i < race_load(&race_shared_count) && race_load(&mappings[i].addr) <= addr)
			name = race_load(&mappings[i].name) + (addr - race_load(&mappings[i].addr));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (race_load(&changes) != seen);
	return name;
}

/* ---- what the kernel knows ---- */

void race_shared_look(uint64_t addr)
{
	struct race_mapping mapping;
	struct race_maps maps;

	race_shared_drop(addr & ~(PAGE - 1), PAGE);
	if (!race_maps_open(&maps))
		return;
	while (race_maps_next(&maps, &mapping))
		if (addr - mapping.from < mapping.to - mapping.from && mapping.shared && mapping.inode)
			race_shared_add(mapping.from, mapping.to - mapping.from, mapping.device,
			                mapping.inode, mapping.offset);
	race_maps_close(&maps);
}
