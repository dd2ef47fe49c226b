/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_apart.c - cells of one thread become one when nobody tells their epochs apart, and
 * then only; what they stood for is found in the one.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "apart.h"
#include "ignored.h"
#include "play.h"

static void new_epoch(struct player *player)
{
	struct player *before = on_stage;

	play_as(player);
	race_thread_tick(player->thread);
	play_as(before);
}

static void look(struct player *player)
{
	struct player *before = on_stage;

	play_as(player);
	race_apart_find(player->thread);
	play_as(before);
}

static bool has_list(uint64_t addr)
{
	return race_cell_is_list(race_shadow_of(addr)[1]);
}

/* Byte after byte, each in an epoch of its own. */
static void write_bytes(struct player *player, uint64_t addr, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		assert_false(play_touch(player, addr + i, 1, RACE_WRITE));
		new_epoch(player);
	}
}

static void epochs_that_nobody_tells_apart_share_a_cell(void **state)
{
	uint64_t x = play_memory(), y = play_memory();

	(void)state;
	write_bytes(&a, x, 3);
	assert_true(has_list(x));
	write_bytes(&a, y, 2);
	look(&a);
	assert_false(play_touch(&a, y + 2, 1, RACE_WRITE));
	assert_int_equal(race_cell_changed(race_shadow_of(y)[0]), 0x07);
	assert_int_equal(race_shadow_of(y)[1], 0);
	play_order(&a, &b);
	assert_false(play_touch(&b, y, 3, RACE_READ));
	for (int i = 0; i < 3; i++)
		assert_true(play_touch(&c, y + i, 1, RACE_READ));
}

static void one_who_knows_the_first_alone_tells_them_apart(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 1, RACE_WRITE));
	play_order(&a, &b);
	write_bytes(&a, x + 1, 1);
	look(&a);
	assert_false(play_touch(&a, x + 2, 1, RACE_WRITE));
	assert_int_equal(race_cell_changed(race_shadow_of(x)[0]), 0x06);
	assert_int_equal(race_cell_changed(race_shadow_of(x)[1]), 0x01);
	assert_false(play_touch(&b, x, 1, RACE_WRITE));
	assert_true(play_touch(&b, x + 1, 1, RACE_READ));
}

/* ... even if it is a lock that knows it, and somebody takes that later. */
static void a_lock_tells_them_apart(void **state)
{
	static char lock;
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 1, RACE_WRITE));
	play_as(&a);
	race_sync_release_at(a.thread, (uint64_t)&lock);
	play_as(&play_main);
	write_bytes(&a, x + 1, 1);
	look(&a);
	assert_false(play_touch(&a, x + 2, 1, RACE_WRITE));
	assert_int_equal(race_cell_changed(race_shadow_of(x)[0]), 0x06);
	assert_int_equal(race_cell_changed(race_shadow_of(x)[1]), 0x01);
	play_as(&c);
	race_sync_acquire_at(c.thread, (uint64_t)&lock);
	play_as(&play_main);
	assert_false(play_touch(&c, x, 1, RACE_WRITE));
	assert_true(play_touch(&c, x + 1, 1, RACE_READ));
}

/* What is ignored is no race; the epochs beside it are. */
static void ignored_sections_stay_apart(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 1, RACE_WRITE));
	play_as(&a);
	race_ignored_begin(a.thread, RACE_IGNORE_WRITES);
	play_as(&play_main);
	assert_false(play_touch(&a, x + 1, 1, RACE_WRITE));
	play_as(&a);
	race_ignored_end(a.thread, RACE_IGNORE_WRITES);
	play_as(&play_main);
	look(&a);
	assert_false(play_touch(&a, x + 2, 1, RACE_WRITE));
	assert_false(play_touch(&b, x + 1, 1, RACE_READ));
	assert_true(play_touch(&b, x, 1, RACE_READ));
	assert_true(play_touch(&b, x + 2, 1, RACE_READ));
}

/* Epochs that began behind the look are each their own. */
static void a_look_is_good_for_what_was(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	look(&a);
	new_epoch(&a);
	write_bytes(&a, x, 2);
	assert_false(play_touch(&a, x + 2, 1, RACE_WRITE));
	assert_true(has_list(x));
	race_apart_forget(a.thread);
}

/* Of more classes than there is room for, the oldest are not known. */
static void the_newest_classes_are_kept(void **state)
{
	uint64_t cells = play_memory(), first = play_memory(), last = play_memory();
	uint64_t known = a.thread->first_epoch;

	(void)state;
	(void)cells;
	assert_false(play_touch(&a, first, 1, RACE_WRITE));
	new_epoch(&a);
	assert_false(play_touch(&a, first + 1, 1, RACE_WRITE));
	for (int i = 0; i < RACE_APART_CLASSES + 9; i++)
		play_order(&a, &d);
	/* d's clock has the last one alone, the objects have all. */
	write_bytes(&a, last, 2);
	look(&a);
	assert_int_equal(a.thread->apart.count, RACE_APART_CLASSES);
	assert_true(a.thread->apart.from > known);
	assert_false(play_touch(&a, first + 2, 1, RACE_WRITE));
	assert_true(has_list(first));
	assert_false(play_touch(&a, last + 2, 1, RACE_WRITE));
	assert_false(has_list(last));
	for (uint32_t i = 1; i < RACE_APART_CLASSES; i++)
		assert_true(a.thread->apart.last[i] > a.thread->apart.last[i - 1]);
}

/* Reads and writes join, and each leaf is found by its bytes. */
static void what_joined_is_found(void **state)
{
	uint32_t site[3];
	uint64_t x = play_memory();
	race_cell one;

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		enum race_kind kind = i == 1 ? RACE_READ : RACE_WRITE;

		site[i] = race_site_of(play_pc(), kind, 1);
		play_touch_from(&a, x + 2 * i, 2, kind, site[i]);
		if (i == 1)
			look(&a);
		new_epoch(&a);
	}
	one = race_shadow_of(x)[1];
	assert_int_equal(race_cell_touched(one), 0x0f);
	assert_int_equal(race_cell_changed(one), 0x03);
	assert_int_equal(race_site_find(race_cell_site(one), 0x01, true, true), site[0]);
	assert_int_equal(race_site_find(race_cell_site(one), 0x08, false, true), site[1]);
	assert_int_equal(race_cell_site(race_shadow_of(x)[0]), site[2]);
	assert_true(play_touch(&b, x + 2, 1, RACE_WRITE));
	assert_false(play_touch(&b, x + 3, 1, RACE_READ));
}

/* A thread looks by itself when its cells overflow again and again. */
static void it_is_done_when_it_pays(void **state)
{
	uint32_t lists = 0;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		uint64_t x = play_memory();

		write_bytes(&a, x, 2);
		write_bytes(&a, x + 2, 2);
		lists += has_list(x);
	}
	assert_in_range(a.thread->apart.until, 100, 1u << 20);
	assert_true(lists > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(epochs_that_nobody_tells_apart_share_a_cell),
		PLAY_TEST(one_who_knows_the_first_alone_tells_them_apart),
		PLAY_TEST(a_lock_tells_them_apart),
		PLAY_TEST(ignored_sections_stay_apart),
		PLAY_TEST(a_look_is_good_for_what_was),
		PLAY_TEST(the_newest_classes_are_kept),
		PLAY_TEST(what_joined_is_found),
		PLAY_TEST(it_is_done_when_it_pays),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
