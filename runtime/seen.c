/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * seen.c - an open table of hashes that doubles, and counts by number in pages that
 * stay where they are, because they are counted up without a lock (seen.h).
 */
#include "seen.h"

#include "platform.h"

struct entry {
	uint64_t key; /* 0: free */
	uint32_t number;
};

static struct {
	struct entry *entry;
	uint64_t room, used;
} table;

#define PAGE_COUNTS 4096
#define PAGES 4096
static uint64_t *counts[PAGES];

static struct entry *place_of(struct entry *entries, uint64_t room, uint64_t key)
{
	uint64_t i = key >> 20 & (room - 1);

	while (entries[i].key && entries[i].key != key)
		i = (i + 1) & (room - 1);
	return &entries[i];
}

static bool grow(void)
{
	uint64_t room = table.room ? table.room * 2 : 1024;
	struct entry *entries = race_map(room * sizeof(*entries));

	if (!entries)
		return false;
	for (uint64_t i = 0; i < table.room; i++)
		if (table.entry[i].key)
			*place_of(entries, room, table.entry[i].key) = table.entry[i];
	if (table.entry)
		race_sys_munmap(table.entry, table.room * sizeof(*entries));
	table.entry = entries;
	table.room = room;
	return true;
}

bool race_seen_find(uint64_t key, uint32_t *number)
{
	const struct entry *entry = table.room ? place_of(table.entry, table.room, key) : NULL;

	*number = entry ? entry->number : 0;
	return entry && entry->key;
}

void race_seen_add(uint64_t key, uint32_t number)
{
	struct entry *entry;

	if (number / PAGE_COUNTS < PAGES && !counts[number / PAGE_COUNTS])
		race_store_release(&counts[number / PAGE_COUNTS],
		                   (uint64_t *)race_map(PAGE_COUNTS * sizeof(uint64_t)));
	if (table.used * 2 >= table.room && !grow())
		return;
	entry = place_of(table.entry, table.room, key);
	table.used += !entry->key;
	*entry = (struct entry){ key, number };
}

static uint64_t *count_of(uint32_t number)
{
	uint64_t *page = number && number / PAGE_COUNTS < PAGES ?
	                         race_load_acquire(&counts[number / PAGE_COUNTS]) :
	                         NULL;

	return page ? &page[number % PAGE_COUNTS] : NULL;
}

void race_seen_again(uint32_t number)
{
	uint64_t *count = count_of(number);

	if (count)
		__atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
}

uint64_t race_seen_times(uint32_t number)
{
	uint64_t *count = count_of(number);

	return count ? race_load(count) : 0;
}
