/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_reads.c - the table of reads that the doors look into: what an entry stands for,
 * and when it stands for nothing any more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "overflow.h"
#include "play.h"
#include "reads.h"
#include "rereads.h"

#define BLOCKS (1 << 13)

void __race_read1(uint64_t addr, struct race_site *site);
void __race_read2(uint64_t addr, struct race_site *site);
void __race_read4(uint64_t addr, struct race_site *site);
void __race_read8(uint64_t addr, struct race_site *site);

static struct race_read *entry_of(const struct player *player, uint64_t x)
{
	return &player->thread->reads[x / RACE_BLOCK_BYTES & player->thread->reads_last];
}

static uint32_t bytes_read(const struct player *player, uint64_t x)
{
	return entry_of(player, x)->read[x / 64 % 2] >> x % 64 & 0xff;
}

static bool list_has(const struct player *player, uint64_t x)
{
	struct race_overflow *list = race_overflow_of(race_shadow_of(x)[1]);
	race_cell *cells = race_overflow_cells(list, list->room_bits);
	bool found = race_cell_tid(race_shadow_of(x)[0]) == player->thread->tid;

	for (uint32_t i = 0; i < list->count; i++)
		found |= race_cell_tid(cells[i]) == player->thread->tid;
	return found;
}

/* Three readers make a list; who reads again where there is one has it in its table. */
static void reader_of_a_list_is_noted(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 4, RACE_READ));
	assert_false(play_touch(&b, x, 4, RACE_READ));
	assert_false(play_touch(&c, x, 2, RACE_READ));
	assert_true(race_cell_is_list(race_shadow_of(x)[1]));
	assert_false(play_touch(&c, x, 2, RACE_READ));
	assert_int_equal(entry_of(&c, x)->block, x / RACE_BLOCK_BYTES);
	assert_int_equal(bytes_read(&c, x), 0x03);
	assert_false(play_touch(&c, x + 3, 1, RACE_READ)); /* in the cell that is lent */
	assert_int_equal(bytes_read(&c, x), 0x03);
	race_rereads_give_back();
	assert_false(play_touch(&c, x + 2, 1, RACE_READ)); /* all that it has read */
	assert_int_equal(bytes_read(&c, x), 0x0f);
	assert_int_equal(entry_of(&c, x)->when,
	                 play_word(&c) | race_shadow_lives_at(x));
}

/* The next list of the same granule has another name, so that no entry fits it; nor does
 * one of those behind it. */
static void lists_have_names_of_their_own(void **state)
{
	uint64_t x = play_memory();
	static race_cell name[1000];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		race_shadow_clear(x, 8);
		play_touch(&a, x, 8, RACE_READ);
		play_touch(&b, x, 8, RACE_READ);
		play_touch(&c, x, 8, RACE_READ);
		name[i] = race_shadow_of(x)[1];
		assert_true(race_cell_is_list(name[i]));
		for (int k = 0; k < i; k++)
			assert_int_not_equal(name[i], name[k]);
	}
}

/* The same through the door: c's remembered read of one life of the memory is not taken
 * for one of the 64th life behind it, though c is in the same epoch. */
static void entry_of_an_older_list_holds_no_more(void **state)
{
	static struct race_site site = { .bytes = 8, .kind = RACE_READ };
	uint64_t x = play_memory();

	(void)state;
	race_site_enter(&site, play_pc());
	for (int life = 0; life < 65; life++) {
		race_shadow_clear(x, 8);
		play_touch(&a, x, 8, RACE_READ);
		play_touch(&b, x, 8, RACE_READ);
		play_touch(&d, x, 8, RACE_READ);
		assert_true(race_cell_is_list(race_shadow_of(x)[1]));
		if (life == 0 || life == 64) {
			play_as(&c);
			__race_read8(x, &site);
			play_as(&play_main);
		}
	}
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x, 8, RACE_WRITE)); /* with c's */
}

/* A read that the table answers for is still found by a later writer. */
static void noted_read_races_with_a_writer(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	play_touch(&a, x, 8, RACE_READ);
	play_touch(&b, x, 8, RACE_READ);
	play_touch(&c, x, 8, RACE_READ);
	play_touch(&c, x, 8, RACE_READ);
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x, 8, RACE_WRITE)); /* with c's */
}

static void note_all_but(uint64_t block, uint32_t byte)
{
	for (uint64_t x = block; x < block + RACE_BLOCK_BYTES; x++)
		if (x != block + byte)
			race_reads_note(c.thread, x, 1u << x % 8,
			                __race_self.word | race_shadow_lives_at(x));
}

/* The door of each size, at each place of a block: what was read beside the access's own bytes
 * does not answer for it. */
static void door_asks_for_the_bytes_of_the_access(void **state)
{
	static void (*const door[])(uint64_t, struct race_site *) = { __race_read1, __race_read2,
		                                                      __race_read4, __race_read8 };
	static struct race_site sites[4];
	static _Alignas(RACE_BLOCK_BYTES) uint8_t block[RACE_BLOCK_BYTES];

	uint32_t place = race_site_of(play_pc(), RACE_READ, 1); /* sites are not without end */

	(void)state;
	for (uint32_t log = 0; log < 4; log++) {
		sites[log].bytes = 1 << log;
		race_site_enter(&sites[log], play_pc());
		for (uint32_t at = 0; at < RACE_BLOCK_BYTES; at += 1u << log) {
			for (uint32_t byte = 0; byte < RACE_BLOCK_BYTES; byte++) {
				race_shadow_clear((uint64_t)block, RACE_BLOCK_BYTES);
				play_touch_from(&a, (uint64_t)block + at, 1 << log, RACE_READ, place);
				play_touch_from(&b, (uint64_t)block + at, 1 << log, RACE_READ, place);
				play_touch_from(&d, (uint64_t)block + at, 1 << log, RACE_READ, place);
				play_as(&c);
				note_all_but((uint64_t)block, byte);
				door[log]((uint64_t)block + at, &sites[log]);
				play_as(&play_main);
				assert_int_equal(list_has(&c, (uint64_t)block + at),
				                 byte >= at && byte < at + (1u << log));
			}
		}
	}
}

/* c has read the first two bytes of a granule with a list, and its table knows. */
static uint64_t noted_beside_others(void)
{
	uint64_t x = play_memory();

	play_touch(&a, x + 2, 2, RACE_READ);
	play_touch(&b, x + 4, 2, RACE_READ);
	play_touch(&c, x, 2, RACE_READ);
	play_touch(&a, x + 6, 2, RACE_WRITE);
	play_touch(&c, x, 2, RACE_READ);
	assert_int_equal(bytes_read(&c, x), 0x03);
	return x;
}

static void c_comes_to_the_door(uint64_t x)
{
	static struct race_site site = { .bytes = 2, .kind = RACE_READ };

	race_site_enter(&site, play_pc());
	play_as(&c);
	__race_read2(x, &site);
	play_as(&play_main);
}

/* A write that races with a noted read takes its place; the list stays. The next read races with
 * that write. */
static void displaced_read_is_noted_no_more(void **state)
{
	uint64_t x = noted_beside_others(), reports;

	(void)state;
	assert_true(play_touch(&d, x, 2, RACE_WRITE));
	assert_true(race_cell_is_list(race_shadow_of(x)[1]));
	reports = race_report_count();
	c_comes_to_the_door(x);
	assert_int_equal(race_report_count(), reports + 1);
}

/* The list leaves, c's read stays in one of two cells; then the memory begins a new life, and
 * gets another list. */
static void read_is_noted_no_more_when_the_list_has_left(void **state)
{
	uint64_t x = noted_beside_others();

	(void)state;
	play_order(&a, &d);
	play_order(&b, &d);
	play_touch(&d, x + 2, 6, RACE_WRITE);
	assert_false(race_cell_is_list(race_shadow_of(x)[1]));
	race_shadow_clear(x, 8);
	play_touch(&a, x, 2, RACE_READ);
	play_touch(&b, x, 2, RACE_READ);
	play_touch(&d, x, 2, RACE_READ);
	assert_true(race_cell_is_list(race_shadow_of(x)[1]));
	c_comes_to_the_door(x);
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x, 2, RACE_WRITE)); /* with c's */
}

/* A granule is read in each of many blocks: c's table grows when it has no room for what one
 * epoch reads, and not by what many epochs read; and it still knows what stands in it. */
static void table_grows_with_what_one_epoch_reads(void **state)
{
	static uint8_t memory[BLOCKS * RACE_BLOCK_BYTES];
	uint64_t x = ((uint64_t)memory + 7) & ~7ull;
	uint32_t first;

	(void)state;
	for (uint64_t i = 0; i < BLOCKS - 1; i++) {
		play_touch(&a, x + RACE_BLOCK_BYTES * i, 8, RACE_READ);
		play_touch(&b, x + RACE_BLOCK_BYTES * i, 8, RACE_READ);
		play_touch(&d, x + RACE_BLOCK_BYTES * i, 8, RACE_READ);
	}
	play_touch(&c, x, 8, RACE_READ);
	first = c.thread->reads_last;
	assert_true(first < BLOCKS / 8);
	for (uint64_t i = 0; i < BLOCKS - 1; i++) {
		play_touch(&c, x + RACE_BLOCK_BYTES * i, 8, RACE_READ);
		play_order(&c, &play_main); /* an epoch for each */
	}
	assert_int_equal(c.thread->reads_last, first);
	for (int round = 0; round < 2; round++)
		for (uint64_t i = 0; i < BLOCKS - 1; i++)
			play_touch(&c, x + RACE_BLOCK_BYTES * i, 8, RACE_READ);
	assert_true(c.thread->reads_last >= BLOCKS / 2);
	assert_int_equal(entry_of(&c, x + RACE_BLOCK_BYTES * 77)->block, x / RACE_BLOCK_BYTES + 77);
	assert_int_equal(bytes_read(&c, x + RACE_BLOCK_BYTES * 77), 0xff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(reader_of_a_list_is_noted),
		PLAY_TEST(lists_have_names_of_their_own),
		PLAY_TEST(entry_of_an_older_list_holds_no_more),
		PLAY_TEST(noted_read_races_with_a_writer),
		PLAY_TEST(door_asks_for_the_bytes_of_the_access),
		PLAY_TEST(displaced_read_is_noted_no_more),
		PLAY_TEST(read_is_noted_no_more_when_the_list_has_left),
		PLAY_TEST(table_grows_with_what_one_epoch_reads),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
