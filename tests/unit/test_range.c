/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_range.c - a range leaves in each granule what a range of that granule alone
 * leaves, and finds the same races, whatever pattern the cells make.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "owner.h"
#include "play.h"
#include "range.h"

#define GRANULES 512
#define BYTES (GRANULES * 8)

static char one[2 * BYTES] __attribute__((aligned(4096)));
static char other[2 * BYTES] __attribute__((aligned(4096)));

static struct player *any_player(void)
{
	struct player *cast[] = { &a, &b, &c };

	return cast[rand() % 3];
}

/* Whether they raced. */
static bool touch(struct player *player, const char *memory, uint64_t first, uint64_t count,
		  bool by_granule, enum race_kind kind, uint32_t site)
{
	struct player *before = on_stage;
	uint64_t reports = race_report_count(), step = by_granule ? 1 : count;

	play_as(player);
	for (uint64_t i = first; i < first + count; i += step) {
		struct race_touch t = { .self = player->thread, .word = __race_self.word,
					.site = site, .write = race_kind_is_write(kind),
					.granule = (uint64_t)memory + 8 * i, .mask = 0xff };

		race_enter();
		race_range_touch(&t, t.granule, t.granule + 8 * step);
		race_leave();
	}
	play_as(before);
	return race_report_count() > reports;
}

static void clear(void)
{
	memset(race_shadow_of((uint64_t)one), 0, 2 * sizeof(one));
	memset(race_shadow_of((uint64_t)other), 0, 2 * sizeof(other));
	for (uint64_t page = 0; page < 2; page++) {
		*race_page_of((uint64_t)one + page * 4096) = (struct race_page){ 0 };
		*race_page_of((uint64_t)other + page * 4096) = (struct race_page){ 0 };
	}
}

/* Lists have numbers of their own, and both memories their places, so that the same race
 * is told for each. */
static race_cell comparable(race_cell cell)
{
	return race_cell_is_list(cell) ? (uint64_t)RACE_TID_LIST << RACE_CELL_TID_SHIFT :
					 cell & ~RACE_SITE_MASK;
}

static void assert_same(void)
{
	const race_cell *x = race_shadow_of((uint64_t)one), *y = race_shadow_of((uint64_t)other);

	for (uint32_t i = 0; i < 4 * GRANULES; i++)
		assert_int_equal(comparable(x[i]), comparable(y[i]));
}

static void play_a_program(bool races)
{
	clear();
	for (int step = 0; step < 12; step++) {
		struct player *player = any_player();
		uint64_t first = (uint64_t)rand() % GRANULES;
		uint64_t count = 1 + (uint64_t)rand() % (rand() % 4 ? 2 * GRANULES - first : 40);
		enum race_kind kind = rand() % 3 ? RACE_READ : RACE_WRITE;
		uint32_t site = race_site_of(play_pc(), kind, 8);
		uint32_t other_site = race_site_of(play_pc(), kind, 8);
		bool raced;

		if (count > 2 * GRANULES - first)
			count = 2 * GRANULES - first;
		if (!races || rand() % 2) {
			play_order(&a, player);
			play_order(&b, player);
			play_order(&c, player);
		}
		raced = touch(player, one, first, count, false, kind, site);
		assert_int_equal(touch(player, other, first, count, true, kind, other_site), raced);
		assert_same();
	}
}

static void ranges_are_their_granules(void **state)
{
	(void)state;
	srand(1);
	for (int program = 0; program < 60; program++)
		play_a_program(program % 6 == 0);
}

/* The same where the pages are everybody's. */
static void shared_pages(void **state)
{
	(void)state;
	srand(2);
	for (int program = 0; program < 20; program++) {
		clear();
		for (uint64_t page = 0; page < 2; page++)
			race_page_of((uint64_t)one + page * 4096)->owner = RACE_OWNER_EVERYBODY;
		for (int step = 0; step < 6; step++) {
			struct player *player = any_player();
			enum race_kind kind = rand() % 3 ? RACE_READ : RACE_WRITE;
			uint32_t site = race_site_of(play_pc(), kind, 8);
			uint64_t first = (uint64_t)rand() % 64;

			play_order(&a, player);
			play_order(&b, player);
			play_order(&c, player);
			assert_false(touch(player, one, first, 300, false, kind, site));
			assert_false(touch(player, other, first, 300, true, kind, site));
			assert_same();
		}
	}
}

/* ---- a run alone ---- */

static race_cell cells[2 * 40] __attribute__((aligned(16)));

static void fill(race_cell c0, race_cell c1)
{
	for (int i = 0; i < 40; i++) {
		cells[2 * i] = c0 + (uint64_t)i;
		cells[2 * i + 1] = c1 + 2 * (uint64_t)i;
	}
}

static void run_ends_where_it_must(void **state)
{
	const race_cell c0 = 5ull << 32, c1 = 6ull << 32, own = 7ull << 32;

	(void)state;
	for (uint64_t what = 0; what < 4; what++) {
		struct race_run run = { .like = { c0, c1 }, .own = own, .what = what,
					.mask = { ~RACE_SITE_MASK, ~RACE_SITE_MASK } };

		for (int odd = 0; odd <= 40; odd++) {
			int stop = odd / 8 * 8;

			fill(c0, c1);
			if (odd < 40)
				cells[2 * odd + odd % 2] ^= 1ull << 20;
			assert_ptr_equal(race_run_along(cells, cells + 80, &run), &cells[2 * stop]);
			for (int i = 0; i < 40; i++) {
				race_cell old0 = c0 + (uint64_t)i, old1 = c1 + 2 * (uint64_t)i;
				race_cell new0 = what == 0 || i >= stop ? old0 : own;
				race_cell new1 = what == 0 || what == 2 || i >= stop ? old1 :
						 what == 1                           ? 0 :
										       old0;

				if (i == odd)
					continue;
				assert_int_equal(cells[2 * i], new0);
				assert_int_equal(cells[2 * i + 1], new1);
			}
		}
		/* Fewer than eight are left alone. */
		fill(c0, c1);
		assert_ptr_equal(race_run_along(cells, cells + 14, &run), cells);
		assert_ptr_equal(race_run_along(cells, cells + 30, &run), cells + 16);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(ranges_are_their_granules),
		PLAY_TEST(shared_pages),
		cmocka_unit_test(run_ends_where_it_must),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
