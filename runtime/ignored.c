/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * ignored.c - two bits for each epoch of each tid that had a section (ignored.h).
 */
#include "ignored.h"

#include "alloc.h"
#include "platform.h"

#define EPOCHS (1u << (64 - RACE_CELL_EPOCH_SHIFT))
#define MAP_BYTES (EPOCHS / 4)

static uint8_t *maps[RACE_TIDS]; /* NULL: none yet */

static uint8_t *map_of(uint32_t tid)
{
	uint8_t *map = race_load_acquire(&maps[tid]);

	if (!map) {
		map = race_reserve(MAP_BYTES, 4096, "ignored sections");
		race_store_release(&maps[tid], map);
	}
	return map;
}

static void set(uint8_t *map, uint64_t epoch, uint32_t what)
{
	uint32_t shift = epoch % 4 * 2;

	race_store(&map[epoch / 4], map[epoch / 4] | what << shift);
}

static uint32_t get(const uint8_t *map, uint64_t epoch)
{
	return race_load(&map[epoch / 4]) >> (epoch % 4 * 2) & 3;
}

static uint32_t now_ignored(const struct race_thread *self)
{
	return (self->ignore_reads ? RACE_IGNORE_READS : 0) |
	       (self->ignore_writes ? RACE_IGNORE_WRITES : 0);
}

/* A tid is one thread's at a time. */
void race_ignored_note(const struct race_thread *self)
{
	set(map_of(self->tid), self->clock[self->tid] >> RACE_CELL_EPOCH_SHIFT, now_ignored(self));
}

void race_ignored_begin(struct race_thread *self, uint32_t what)
{
	self->ignore_reads += (what & RACE_IGNORE_READS) != 0;
	self->ignore_writes += (what & RACE_IGNORE_WRITES) != 0;
	race_thread_tick(self);
}

/* One end too many is none. */
void race_ignored_end(struct race_thread *self, uint32_t what)
{
	self->ignore_reads -= what & RACE_IGNORE_READS && self->ignore_reads;
	self->ignore_writes -= what & RACE_IGNORE_WRITES && self->ignore_writes;
	race_thread_tick(self);
}

bool race_ignored_has(race_cell c, bool wrote)
{
	const uint8_t *map = race_load_acquire(&maps[race_cell_tid(c)]);

	return map && get(map, race_cell_epoch(c)) & (wrote ? RACE_IGNORE_WRITES : RACE_IGNORE_READS);
}

bool race_ignored_alike(race_cell one, race_cell two)
{
	const uint8_t *map = race_load_acquire(&maps[race_cell_tid(one)]);

	return !map || get(map, race_cell_epoch(one)) == get(map, race_cell_epoch(two));
}

/* Where several epochs become one, what was ignored in one is so in all. */
void race_ignored_renew(race_cell (*renewed)(race_cell))
{
	static uint8_t *old[RACE_TIDS];

	for (uint32_t tid = 0; tid < RACE_TIDS; tid++) {
		old[tid] = maps[tid];
		maps[tid] = NULL;
	}
	for (uint32_t tid = 0; tid < RACE_TIDS; tid++) {
		for (uint64_t i = 0; old[tid] && i < EPOCHS; i += 4) {
			if (!old[tid][i / 4])
				continue;
			for (uint64_t epoch = i; epoch < i + 4; epoch++) {
				race_cell c = renewed(epoch << RACE_CELL_EPOCH_SHIFT |
						      (uint64_t)tid << RACE_CELL_TID_SHIFT);

				if (get(old[tid], epoch) && c)
					set(map_of(race_cell_tid(c)), race_cell_epoch(c),
					    get(old[tid], epoch));
			}
		}
		if (old[tid])
			race_sys_munmap(old[tid], MAP_BYTES);
	}
}
