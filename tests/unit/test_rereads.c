/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_rereads.c - cells that lists have lent to their threads: the thread's later reads change
 * its own table alone, and whoever changes the list still judges by the last of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "floor.h"
#include "overflow.h"
#include "play.h"
#include "renumber.h"
#include "rereads.h"
#include "slot.h"

void __race_read4(uint64_t addr, struct race_site *site);
void __race_read8(uint64_t addr, struct race_site *site);

static struct race_site four = { .bytes = 4, .kind = RACE_READ };
static struct race_site eight = { .bytes = 8, .kind = RACE_READ };

static int begin(void **state)
{
	int result = play_begin(state);

	race_site_enter(&four, play_pc());
	race_site_enter(&eight, play_pc());
	return result;
}

static void next_epoch(struct player *player)
{
	play_as(player);
	race_thread_tick(player->thread);
	play_as(&play_main);
}

/* What the program does, by the door. Was it a race? */
static bool reads(struct player *player, uint64_t x, struct race_site *site)
{
	uint64_t reports = race_report_count();

	play_as(player);
	(site == &four ? __race_read4 : __race_read8)(x, site);
	play_as(&play_main);
	return race_report_count() > reports;
}

static bool reads_later(struct player *player, uint64_t x)
{
	next_epoch(player);
	return reads(player, x, &eight);
}

/* What the player's table has of a granule; 0: nothing. */
static race_cell lent(const struct player *player, uint64_t x)
{
	const struct race_slot *slot = &race_slots[player->thread->tid];
	const struct race_reread *entry;

	if (!slot->rereads)
		return 0;
	entry = &slot->rereads[x / 8 & slot->rereads_last];
	return entry->list == race_shadow_of(x)[1] ? entry->cell : 0;
}

/* The cells that the granule has, front first. Returns how many there are. */
static race_cell all[32];
static uint32_t all_kept(uint64_t x)
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
static race_cell kept(const struct player *player, uint64_t x)
{
	for (uint32_t i = 0, count = all_kept(x); i < count; i++)
		if (all[i] && race_cell_tid(all[i]) == player->thread->tid)
			return all[i];
	return 0;
}

static void is_read_until_lent(struct player *player, uint64_t x)
{
	for (int i = 0; i < 8 && !lent(player, x); i++)
		assert_false(reads_later(player, x));
	assert_true(lent(player, x) != 0);
}

/* Read by a and b, and by c, who has got its cell. */
static uint64_t lent_to_c(void)
{
	uint64_t x = play_memory();

	reads(&a, x, &eight);
	reads(&b, x, &eight);
	reads(&c, x, &eight);
	assert_true(race_cell_is_list(race_shadow_of(x)[1]));
	is_read_until_lent(&c, x);
	return x;
}

static void later_read_changes_the_table_alone(void **state)
{
	uint64_t x = lent_to_c();
	race_cell before = kept(&c, x);

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_false(reads_later(&c, x));
		assert_true(race_cell_same_epoch(lent(&c, x), play_word(&c)));
		assert_int_equal(race_cell_site(lent(&c, x)), eight.id);
		assert_true(kept(&c, x) == before);
	}
}

/* The same where no door is: in C. */
static void so_does_one_that_comes_another_way(void **state)
{
	uint64_t x = lent_to_c();
	race_cell before = kept(&c, x);

	(void)state;
	next_epoch(&c);
	play_touch_from(&c, x, 8, RACE_READ, eight.id);
	assert_true(race_cell_same_epoch(lent(&c, x), play_word(&c)));
	assert_true(kept(&c, x) == before);
}

/* d knows what a and b did, and of c's reads all but the last, or all. */
static void writer_judges_by_the_last_read(void **state)
{
	(void)state;
	for (int known = 0; known < 2; known++) {
		uint64_t x = lent_to_c();

		play_order(&a, &d);
		play_order(&b, &d);
		play_order(&c, &d);
		assert_false(reads_later(&c, x));
		if (known)
			play_order(&c, &d);
		assert_int_equal(play_touch(&d, x, 8, RACE_WRITE), !known);
	}
}

/* The writer and the reader both come after it: nothing that was taken is told twice, nor does
 * the next read go unseen. */
static void reader_sees_the_writer_and_is_seen_again(void **state)
{
	uint64_t x = lent_to_c();

	(void)state;
	play_order(&a, &d);
	play_order(&b, &d);
	play_order(&c, &d);
	assert_false(play_touch(&d, x, 1, RACE_WRITE));
	assert_true(reads_later(&c, x));
	assert_false(play_touch(&d, x + 7, 1, RACE_READ));
	assert_true(play_touch(&d, x + 7, 1, RACE_WRITE));
}

/* d reads, too, and knows an older read of c's, which its own would stand for. */
static void reader_who_knows_an_older_one_leaves_the_last(void **state)
{
	uint64_t x = lent_to_c();

	(void)state;
	play_order(&c, &d);
	assert_false(reads_later(&c, x));
	for (int i = 0; i < 64; i++)
		assert_false(reads_later(&d, x)); /* the long way as well */
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x, 8, RACE_WRITE));
}

/* Its own stands for c's then, which is lent no more. */
static void reader_who_knows_the_last_takes_it(void **state)
{
	uint64_t x = lent_to_c();

	(void)state;
	assert_false(reads_later(&c, x));
	play_order(&c, &d);
	for (int i = 0; i < 64; i++)
		assert_false(reads_later(&d, x));
	assert_false(reads_later(&c, x));
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x, 8, RACE_WRITE));
}

static void all_know(struct player *player)
{
	struct player *others[] = { &a, &b, &c, &d, &play_main };

	for (int i = 0; i < 5; i++)
		if (others[i] != player)
			play_order(player, others[i]);
}

/* What the list has lies below the floor, the last read does not. */
static void floor_is_held_against_the_last_read(void **state)
{
	uint64_t x = lent_to_c();
	race_cell before = kept(&c, x);

	(void)state;
	all_know(&c);
	assert_false(reads_later(&c, x));
	d.thread->floor_patience = 1;
	for (int i = 0; i < 64; i++)
		assert_false(reads_later(&d, x));
	assert_true(race_floor_covers(before));
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x, 8, RACE_WRITE));
}

/* a's and b's cells go; of two cells the one that had been lent has its last epoch. */
static void list_that_leaves_takes_it(void **state)
{
	(void)state;
	for (int known = 0; known < 2; known++) {
		uint64_t x = lent_to_c();

		play_order(&a, &d);
		play_order(&b, &d);
		if (known)
			play_order(&c, &d);
		assert_false(reads_later(&c, x));
		for (int i = 0; i < 64 && race_cell_is_list(race_shadow_of(x)[1]); i++)
			assert_false(reads_later(&d, x));
		assert_false(race_cell_is_list(race_shadow_of(x)[1]));
		assert_true(race_cell_same_epoch(kept(&c, x), play_word(&c)));
	}
}

/* c's one cell of its present epoch, if there is one. */
static race_cell only_present_cell_of_c(uint64_t x)
{
	race_cell own = 0;

	race_rereads_give_back();
	for (uint32_t i = 0, count = all_kept(x); i < count; i++)
		if (race_cell_same_epoch(all[i], play_word(&c))) {
			assert_true(own == 0);
			own = all[i];
		}
	return own;
}

/* c has two cells, of an epoch each; one is lent, and has the present epoch when the other is
 * read. */
static void own_reads_of_one_epoch_are_one_cell(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	reads(&a, x, &eight);
	reads(&b, x, &eight);
	reads(&c, x, &four);
	next_epoch(&c);
	reads(&c, x + 4, &four);
	for (int i = 0; i < 8 && !lent(&c, x); i++)
		next_epoch(&c), reads(&c, x, &four);
	next_epoch(&c);
	reads(&c, x, &four);
	assert_true(race_cell_same_epoch(lent(&c, x), play_word(&c)));
	reads(&c, x + 4, &four);
	assert_int_equal(race_cell_plain(only_present_cell_of_c(x)), 0xff);
}

/* a's and b's reads are known to c, which is in front, but for a's last. */
static void thread_in_front_judges_by_the_last_read(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	reads(&b, x, &eight);
	reads(&c, x, &eight);
	reads(&a, x, &eight);
	is_read_until_lent(&a, x);
	assert_true(race_cell_tid(race_shadow_of(x)[0]) == c.thread->tid);
	play_order(&a, &c);
	play_order(&b, &c);
	assert_false(reads_later(&a, x));
	assert_true(play_touch(&c, x, 8, RACE_WRITE));
}

/* A read of fewer bytes, or of more, is not that of the cell. */
static void other_bytes_are_another_read(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	reads(&a, x, &eight);
	reads(&b, x, &eight);
	reads(&c, x, &four);
	for (int i = 0; i < 8 && !lent(&c, x); i++)
		next_epoch(&c), reads(&c, x, &four);
	assert_int_equal(race_cell_plain(lent(&c, x)), 0x0f);
	next_epoch(&c);
	reads(&c, x + 4, &four);
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x + 4, 1, RACE_WRITE));
}

/* Whoever reads again, nobody is in front in the end, and all have their cells. */
static void front_is_lent_as_well(void **state)
{
	uint64_t x = lent_to_c();
	struct player *readers[] = { &a, &b, &c };

	(void)state;
	is_read_until_lent(&a, x);
	is_read_until_lent(&b, x);
	assert_true(race_shadow_of(x)[0] == 0);
	for (int i = 0; i < 3; i++) {
		race_cell before = kept(readers[i], x);

		play_order(readers[i], &d);
		is_read_until_lent(readers[i], x);
		assert_false(reads_later(readers[i], x));
		assert_true(kept(readers[i], x) == before);
	}
	assert_true(play_touch(&d, x, 8, RACE_WRITE));
}

/* Granules that have one place in the table, which does not grow for so few. */
static void one_that_gives_way_is_known_to_its_list(void **state)
{
	static uint64_t memory[8 * 512 + 8] __attribute__((aligned(64)));
	uint64_t x = (uint64_t)memory;

	(void)state;
	for (int i = 0; i < 8; i++) {
		reads(&a, x + 4096 * i, &eight);
		reads(&b, x + 4096 * i, &eight);
		reads(&c, x + 4096 * i, &eight);
		is_read_until_lent(&c, x + 4096 * i);
		play_order(&c, &d);
		reads_later(&c, x + 4096 * i);
	}
	play_order(&a, &d);
	play_order(&b, &d);
	for (int i = 0; i < 7; i++)
		assert_int_equal(lent(&c, x + 4096 * i), 0);
	assert_true(play_touch(&d, x + 4096 * 7, 8, RACE_WRITE));
	/* d has been told of all reads but the last. */
	assert_false(play_touch(&d, x + 4096 * 6, 8, RACE_WRITE));
	reads_later(&c, x);
	assert_true(play_touch(&d, x, 8, RACE_WRITE));
}

/* Many granules, epoch by epoch. */
#define MANY 4096
static void table_grows(void **state)
{
	static uint64_t memory[MANY] __attribute__((aligned(8 * MANY)));
	const int before = 700; /* its place is another in the larger table, and nobody's who comes */

	(void)state;
	reads(&a, (uint64_t)&memory[before], &eight);
	reads(&b, (uint64_t)&memory[before], &eight);
	reads(&c, (uint64_t)&memory[before], &eight);
	is_read_until_lent(&c, (uint64_t)&memory[before]);
	play_order(&c, &d);
	assert_false(reads_later(&c, (uint64_t)&memory[before]));
	for (int i = 0; i < MANY; i++) {
		if (i % 512 == before % 512)
			continue;
		reads(&a, (uint64_t)&memory[i], &eight);
		reads(&b, (uint64_t)&memory[i], &eight);
		reads(&c, (uint64_t)&memory[i], &eight);
	}
	for (int round = 0; round < 16; round++) {
		next_epoch(&c);
		for (int i = 0; i < MANY; i++)
			if (i % 512 != before % 512)
				assert_false(reads(&c, (uint64_t)&memory[i], &eight));
	}
	assert_true(c.thread->rereads_last + 1 >= MANY);
	assert_true(c.thread->rereads_last + 1 <= 4 * MANY);
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, (uint64_t)&memory[before], 8, RACE_WRITE));
	for (int i = 0; i < MANY; i += 64) {
		assert_true(play_touch(&d, (uint64_t)&memory[i], 8, RACE_WRITE));
		play_order(&c, &d);
		assert_false(play_touch(&d, (uint64_t)&memory[i + 1], 8, RACE_WRITE));
		next_epoch(&c);
		reads(&c, (uint64_t)&memory[i + 64 < MANY ? i + 64 : i], &eight);
	}
}

/* Other numbers for all epochs: the lists have what had been lent. */
static void renumbering_asks_for_all_back(void **state)
{
	uint64_t x = lent_to_c();

	(void)state;
	play_order(&a, &d);
	play_order(&b, &d);
	play_order(&c, &d);
	assert_false(reads_later(&c, x));
	race_renumber_now(play_main.thread);
	assert_true(lent(&c, x) == 0);
	assert_true(play_touch(&d, x, 8, RACE_WRITE));
}

/* What an ended thread left in its table is still asked for there; and its slot's next thread
 * goes on with it. */
static void table_is_the_slots(void **state)
{
	static struct player first, next;
	uint64_t x = play_memory(), y = play_memory();
	uint32_t tid, births = 0;

	(void)state;
	play_birth(&first);
	tid = first.thread->tid;
	for (int i = 0; i < 2; i++) {
		uint64_t at = i ? y : x;

		reads(&a, at, &eight);
		reads(&b, at, &eight);
		reads(&first, at, &eight);
		is_read_until_lent(&first, at);
	}
	play_order(&first, &d);
	reads_later(&first, x);
	play_join(&first);
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x, 8, RACE_WRITE));
	for (play_birth(&next); next.thread->tid != tid; play_birth(&next)) {
		assert_true(births++ < RACE_TIDS);
		play_join(&next);
	}
	reads(&next, y, &eight);
	assert_true(race_cell_same_epoch(lent(&next, y), play_word(&next)));
	assert_true(play_touch(&d, y, 8, RACE_WRITE));
	play_join(&next);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(later_read_changes_the_table_alone),
		PLAY_TEST(so_does_one_that_comes_another_way),
		PLAY_TEST(writer_judges_by_the_last_read),
		PLAY_TEST(reader_sees_the_writer_and_is_seen_again),
		PLAY_TEST(reader_who_knows_an_older_one_leaves_the_last),
		PLAY_TEST(reader_who_knows_the_last_takes_it),
		PLAY_TEST(floor_is_held_against_the_last_read),
		PLAY_TEST(list_that_leaves_takes_it),
		PLAY_TEST(own_reads_of_one_epoch_are_one_cell),
		PLAY_TEST(thread_in_front_judges_by_the_last_read),
		PLAY_TEST(other_bytes_are_another_read),
		PLAY_TEST(front_is_lent_as_well),
		PLAY_TEST(one_that_gives_way_is_known_to_its_list),
		PLAY_TEST(table_grows),
		PLAY_TEST(renumbering_asks_for_all_back),
		PLAY_TEST(table_is_the_slots),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
