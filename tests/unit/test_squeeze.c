/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_squeeze.c - of a set of three, what lies below the floor goes, the own cell in front
 * and the others stay; a set that was squeezed since the floor rose is not held against it
 * again.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "floor.h"
#include "play.h"
#include "squeeze.h"

static race_cell read_of(const struct player *player)
{
	return (play_word(player) | race_cell_masks(0xff, 0xff)) & ~race_cell_masks(0x0f, 0);
}

static void all_know(struct player *player)
{
	play_order(player, &a);
	play_order(player, &b);
	play_order(player, &c);
	play_order(player, &d);
	play_order(player, &play_main);
}

static void what_all_know_goes(void **state)
{
	race_cell below = read_of(&b), first[3], cells[3];
	uint32_t rises = RACE_FLOOR_NEVER;

	(void)state;
	all_know(&b);
	first[0] = read_of(&a), first[1] = below, first[2] = read_of(&c);
	memcpy(cells, first, sizeof(cells));
	a.thread->floor_patience = 1;
	assert_int_equal(race_squeeze(cells, 3, a.thread, &rises, true), 2);
	assert_int_equal(cells[0], first[0]);
	assert_int_equal(cells[1], first[2]);
	assert_int_equal(rises, race_floor_rises());
}

static void the_front_cell_stays(void **state)
{
	race_cell below = read_of(&b), cells[2] = { below, below };
	uint32_t rises = RACE_FLOOR_NEVER;

	(void)state;
	all_know(&b);
	a.thread->floor_patience = 1;
	race_floor_raise(a.thread);
	assert_true(race_floor_covers(below));
	assert_int_equal(race_squeeze(cells, 2, a.thread, &rises, false), 1);
	assert_int_equal(cells[0], below);
}

static void what_some_do_not_know_stays(void **state)
{
	race_cell cells[3] = { read_of(&a), read_of(&b), read_of(&c) }, first[3];
	uint32_t rises = RACE_FLOOR_NEVER;

	(void)state;
	memcpy(first, cells, sizeof(cells));
	for (int i = 0; i < 100; i++)
		assert_int_equal(race_squeeze(cells, 3, a.thread, &rises, true), 3);
	assert_memory_equal(cells, first, sizeof(cells));
	assert_true(a.thread->floor_patience > 1);
}

static void floor_is_asked_once_for_a_rise(void **state)
{
	race_cell below = read_of(&b), cells[3];
	uint32_t rises;

	(void)state;
	all_know(&b);
	a.thread->floor_patience = 1;
	race_floor_raise(a.thread);
	rises = race_floor_rises();
	a.thread->floor_patience = 1000;
	a.thread->floor_asked = 0;
	cells[0] = read_of(&a), cells[1] = below, cells[2] = read_of(&c);
	assert_int_equal(race_squeeze(cells, 3, a.thread, &rises, true), 3);
	rises = RACE_FLOOR_NEVER;
	assert_int_equal(race_squeeze(cells, 3, a.thread, &rises, true), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(what_all_know_goes),
		PLAY_TEST(the_front_cell_stays),
		PLAY_TEST(what_some_do_not_know_stays),
		PLAY_TEST(floor_is_asked_once_for_a_rise),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
