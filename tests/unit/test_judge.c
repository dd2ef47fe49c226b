/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_judge.c - an access against a set of cells, without the shadow: what races, what is
 * covered, and what stays.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "judge.h"
#include "play.h"

static struct race_touch touch_by(struct player *player, uint32_t mask, bool write)
{
	return (struct race_touch){
		.self = player->thread,
		.word = play_word(player),
		.mask = mask,
		.site = race_site_of(play_pc(), write ? RACE_WRITE : RACE_READ, 1),
		.write = write,
	};
}

static race_cell cell_by(struct player *player, uint32_t mask, bool write)
{
	struct race_touch t = touch_by(player, mask, write);

	return race_judge_own_cell(0, &t);
}

static void own_cell_has_the_bytes(void **state)
{
	race_cell read = cell_by(&a, 0x0f, false), write = cell_by(&a, 0x30, true);

	(void)state;
	assert_int_equal(race_cell_plain(read), 0x0f);
	assert_int_equal(race_cell_changed(read), 0);
	assert_int_equal(race_cell_plain(write), 0x30);
	assert_int_equal(race_cell_changed(write), 0x30);
	assert_int_equal(race_cell_tid(write), a.thread->tid);
}

static void what_is_there_is_covered(void **state)
{
	race_cell cells[3] = { cell_by(&a, 0x0f, true), cell_by(&b, 0xf0, false) };
	struct race_touch read = touch_by(&a, 0x03, false), more = touch_by(&a, 0x1f, false);
	struct race_outcome out;

	(void)state;
	assert_int_equal(race_judge_cells(cells, 2, &read, &out), 2);
	assert_true(out.covered);
	assert_int_equal(race_judge_cells(cells, 2, &more, &out), 2);
	assert_false(out.covered);
	assert_int_equal(out.races, 0);
	assert_int_equal(race_cell_plain(cells[0]), 0x1f);
	assert_int_equal(race_cell_changed(cells[0]), 0x0f);
}

static void races_are_told_by_bytes(void **state)
{
	race_cell by_a = cell_by(&a, 0x0f, true), by_b = cell_by(&b, 0xff, false);
	race_cell cells[3] = { by_a, by_b };
	struct race_touch write = touch_by(&c, 0x3c, true);
	struct race_outcome out;

	(void)state;
	race_judge_cells(cells, 2, &write, &out);
	assert_int_equal(out.races, 2);
	assert_int_equal(out.race[0].before, by_a);
	assert_int_equal(out.race[0].bytes, 0x0c);
	assert_int_equal(out.race[1].before, by_b);
	assert_int_equal(out.race[1].bytes, 0x30);
}

static void older_bytes_give_way(void **state)
{
	race_cell cells[3] = { cell_by(&a, 0xff, true) };
	struct race_touch read, write;
	struct race_outcome out;

	(void)state;
	play_order(&a, &b);
	read = touch_by(&b, 0xff, false);
	assert_int_equal(race_judge_cells(cells, 1, &read, &out), 2); /* a write stays by a read */
	play_order(&b, &a);
	write = touch_by(&a, 0x0f, true);
	assert_int_equal(race_judge_cells(cells, 2, &write, &out), 3);
	assert_int_equal(race_cell_touched(cells[0]), 0x0f);
	assert_int_equal(race_cell_touched(cells[1]), 0xf0);
	assert_int_equal(race_cell_touched(cells[2]), 0xf0);
	assert_int_equal(out.races, 0);
	write = touch_by(&a, 0xff, true);
	assert_int_equal(race_judge_rest(cells[1], &write), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(own_cell_has_the_bytes),
		PLAY_TEST(what_is_there_is_covered),
		PLAY_TEST(races_are_told_by_bytes),
		PLAY_TEST(older_bytes_give_way),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
