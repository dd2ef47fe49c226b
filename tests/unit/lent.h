/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * lent.h - tests in which lists lend cells to players (rereads.h): who reads what, in which epoch;
 * what the granule's set has, and what a player's table. Include it behind play.h.
 */
#ifndef RACE_TEST_LENT_H
#define RACE_TEST_LENT_H

#include "overflow.h"
#include "rereads.h"
#include "slot.h"

void __race_read1(uint64_t addr, struct race_site *site);
void __race_read4(uint64_t addr, struct race_site *site);
void __race_read8(uint64_t addr, struct race_site *site);

static struct race_site one = { .bytes = 1, .kind = RACE_READ };
static struct race_site four = { .bytes = 4, .kind = RACE_READ };
static struct race_site eight = { .bytes = 8, .kind = RACE_READ };

static inline int lent_begin(void **state)
{
	int result = play_begin(state);

	race_site_enter(&one, play_pc());
	race_site_enter(&four, play_pc());
	race_site_enter(&eight, play_pc());
	return result;
}

static inline void next_epoch(struct player *player)
{
	play_as(player);
	race_thread_tick(player->thread);
	play_as(&play_main);
}

/* What the program does, by the door. Was it a race? */
static inline bool reads(struct player *player, uint64_t x, struct race_site *site)
{
	uint64_t reports = race_report_count();

	play_as(player);
	(site->bytes == 1 ? __race_read1 : site->bytes == 4 ? __race_read4 : __race_read8)(x, site);
	play_as(&play_main);
	return race_report_count() > reports;
}

static inline bool reads_later(struct player *player, uint64_t x)
{
	next_epoch(player);
	return reads(player, x, &eight);
}

/* What the player's table has of a granule; 0: nothing. */
static inline race_cell lent(const struct player *player, uint64_t x)
{
	const struct race_slot *slot = &race_slots[player->thread->tid];
	const struct race_reread *entry;

	if (!slot->rereads)
		return 0;
	entry = &slot->rereads[x / 8 & slot->rereads_last];
	return entry->list == race_shadow_of(x & ~7ull)[1] ? entry->cell : 0;
}

/* The cells that the granule has, front first. Returns how many there are. */
static race_cell all[32];
static inline uint32_t all_kept(uint64_t x)
{
	const race_cell *shadow = race_shadow_of(x);
	struct race_overflow *list = race_overflow_of(shadow[1]);
	uint32_t count = 1;

	all[0] = shadow[0];
	if (race_cell_is_list(shadow[1]))
		for (uint32_t i = 0; i < list->count; i++)
			all[count++] = race_overflow_cells(list, list->room_bits)[i];
	else
		all[count++] = shadow[1];
	return count;
}

/* The player's, or the first of them. */
static inline race_cell kept(const struct player *player, uint64_t x)
{
	for (uint32_t i = 0, count = all_kept(x); i < count; i++)
		if (all[i] && race_cell_tid(all[i]) == player->thread->tid)
			return all[i];
	return 0;
}

static inline void is_read_until_lent(struct player *player, uint64_t x)
{
	for (int i = 0; i < 8 && !lent(player, x); i++)
		assert_false(reads_later(player, x));
	assert_true(lent(player, x) != 0);
}

/* Read by a and b, and by c, who has got its cell. */
static inline uint64_t lent_to_c(void)
{
	uint64_t x = play_memory();

	reads(&a, x, &eight);
	reads(&b, x, &eight);
	reads(&c, x, &eight);
	assert_true(race_cell_is_list(race_shadow_of(x)[1]));
	is_read_until_lent(&c, x);
	return x;
}

/* d comes to know all that a and b did, and of c no more than it knew, and writes. */
static inline bool d_races(uint64_t x)
{
	play_order(&a, &d);
	play_order(&b, &d);
	return play_touch(&d, x, 8, RACE_WRITE);
}

#endif
