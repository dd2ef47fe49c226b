/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_granule.c - whichever way an access takes (calm.h, granule.c, listed.c), it leads where
 * the judge would have led: from all pairs of cells of a few threads, kinds and bytes, and from
 * many sets of three and four.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "granule.h"
#include "overflow.h"
#include "play.h"
#include "rereads.h"
#include "stats.h"

enum who { NOW, EARLIER, KNOWN, UNKNOWN, WHOS };

static const uint32_t masks[] = { 0x0f, 0xf0, 0x03, 0xff };
#define MASKS 4
/* Kinds of cells; the places of atomic writes are two. */
static const enum race_kind kinds[] = { RACE_READ,  RACE_WRITE,       RACE_ATOMIC_READ,
					RACE_ALLOC, RACE_ATOMIC_WRITE, RACE_ATOMIC_WRITE };
#define KINDS 6
#define CELLS (1 + WHOS * KINDS * MASKS)

static uint64_t words[WHOS];
static uint32_t sites[KINDS];

static struct race_touch touch_of(uint64_t granule, uint32_t kind, uint32_t mask)
{
	return (struct race_touch){
		.self = a.thread,
		.word = words[NOW],
		.granule = granule,
		.mask = mask,
		.site = sites[kind],
		.write = race_kind_is_write(kinds[kind]),
		.atomic = race_kind_is_atomic(kinds[kind]),
	};
}

static race_cell cell_of(uint32_t number)
{
	uint32_t kind = number / WHOS % KINDS, mask = masks[number / WHOS / KINDS % MASKS];
	struct race_touch t = touch_of(0, kind, mask);

	if (number == CELLS - 1)
		return 0;
	t.word = words[number % WHOS];
	if (kinds[kind] == RACE_ALLOC)
		return (race_granule_allocation(t.word, t.site) | race_cell_masks(0xff, 0xff)) &
		       ~race_cell_masks(0, mask);
	return race_judge_first_cell(&t);
}

/* A thread has at most one cell of each class in one epoch. */
static bool can_be_beside(race_cell one, race_cell two)
{
	return !one || !two || !race_cell_same_epoch(one, two) ||
	       race_cell_is_atomic(one) != race_cell_is_atomic(two) ||
	       race_judge_is_allocation(one) != race_judge_is_allocation(two);
}

#define MOST 8

struct set {
	race_cell cells[MOST];
	uint32_t count;
};

static void add(struct set *set, race_cell c)
{
	if (c)
		set->cells[set->count++] = c;
}

static bool has(const struct set *set, race_cell c)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->cells[i] == c)
			return true;
	return false;
}

/* The set becomes the granule's. */
static void put(race_cell *shadow, const struct set *set)
{
	struct race_overflow *list;

	shadow[0] = set->count ? set->cells[0] : 0;
	shadow[1] = set->count == 2 ? set->cells[1] : 0;
	if (set->count <= 2)
		return;
	list = race_overflow_new();
	list->floor_rises = 1;
	race_overflow_put(list, set->cells + 1, set->count - 1);
	shadow[1] = race_overflow_cell(list);
	race_spin_give(&list->lock);
}

/* What is the granule's by now. */
static struct set take(race_cell *shadow)
{
	struct race_overflow *list = race_overflow_of(shadow[1]);
	struct set set = { .count = 0 };

	race_rereads_give_back();
	add(&set, shadow[0]);
	if (!race_cell_is_list(shadow[1])) {
		add(&set, shadow[1]);
		return set;
	}
	for (uint32_t i = 0; i < list->count; i++)
		add(&set, race_overflow_cells(list, list->room_bits)[i]);
	race_overflow_free(shadow[1]);
	return set;
}

/* What is left of a cell that may stay whole may stay whole: it is found again and judged. */
static bool stands_for(race_cell whole, race_cell rest)
{
	const uint64_t masks = race_cell_masks(0xff, 0xff);

	return !((whole ^ rest) & ~masks) && !(whole & ~rest & masks);
}

static void compare(const struct set *before, const struct race_touch *t)
{
	race_cell *shadow = race_shadow_of(t->granule);
	struct set judged = *before, now;
	uint64_t races = race_stats[RACE_STAT_races];
	struct race_outcome out;

	judged.count = race_judge_cells(judged.cells, judged.count, t, &out);
	put(shadow, before);
	race_granule_touch(t);
	now = take(shadow);
	assert_int_equal(race_stats[RACE_STAT_races] > races, out.races > 0);
	if (out.covered)
		judged = *before;
	for (uint32_t i = 0; i < now.count; i++)
		assert_true(has(&judged, now.cells[i]) ||
			    (has(before, now.cells[i]) && play_knows(&a, now.cells[i])));
	for (uint32_t i = 0; i < judged.count; i++) {
		bool found = has(&now, judged.cells[i]);

		for (uint32_t j = 0; j < now.count && i; j++)
			found |= has(before, now.cells[j]) &&
				 stands_for(now.cells[j], judged.cells[i]);
		assert_true(found);
	}
}

static void set_the_stage(void)
{
	race_options.stats = 1;
	for (uint32_t i = 0; i < KINDS; i++)
		sites[i] = race_site_of(play_pc(), kinds[i], 4);
	words[EARLIER] = play_word(&a);
	words[KNOWN] = play_word(&b);
	words[UNKNOWN] = play_word(&c);
	play_order(&b, &a);
	play_order(&a, &d);
	words[NOW] = play_word(&a);
	assert_true(play_knows(&a, words[EARLIER]) && play_knows(&a, words[KNOWN]));
	assert_false(play_knows(&a, words[UNKNOWN]));
}

static bool fits(const struct set *set, race_cell c)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (!can_be_beside(set->cells[i], c))
			return false;
	return true;
}

/* Both ways that atomics can take. */
static void compare_both(const struct set *before, const struct race_touch *t)
{
	race_cell *shadow = race_shadow_of(t->granule);
	struct set after, judged = *before;
	struct race_outcome out;

	if (t->atomic && before->count <= 2) {
		put(shadow, before);
		if (race_granule_touch_atomic(t)) {
			after = take(shadow);
			judged.count = race_judge_cells(judged.cells, judged.count, t, &out);
			assert_int_equal(out.races, 0);
			assert_true(out.covered || has(&after, judged.cells[0]));
		}
	}
	compare(before, t);
}

static void pairs_lead_where_the_judge_leads(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	set_the_stage();
	play_as(&a);
	for (uint32_t i = 0; i < CELLS; i++)
		for (uint32_t j = 0; j < CELLS; j++)
			for (uint32_t k = 0; k < KINDS * MASKS; k++) {
				struct race_touch t = touch_of(x, k % KINDS, masks[k / KINDS]);
				struct set set = { .count = 0 };

				add(&set, cell_of(i));
				if (kinds[k % KINDS] == RACE_ALLOC || !fits(&set, cell_of(j)))
					continue;
				add(&set, cell_of(j));
				compare_both(&set, &t);
			}
	play_as(&play_main);
}

static void lists_lead_where_the_judge_leads(void **state)
{
	uint64_t x = play_memory();
	uint32_t random = 1;

	(void)state;
	set_the_stage();
	play_as(&a);
	for (uint32_t i = 0; i < 300000; i++) {
		struct race_touch t;
		struct set set = { .count = 0 };
		uint32_t kind, count = 3 + i % 2;

		for (uint32_t tries = 0; tries < 100 && set.count < count; tries++) {
			random = random * 1664525 + 1013904223;
			if (fits(&set, cell_of((random >> 8) % CELLS)))
				add(&set, cell_of((random >> 8) % CELLS));
		}
		kind = (random >> 4) % KINDS;
		t = touch_of(x, kind, masks[(random >> 12) % MASKS]);
		if (kinds[kind] != RACE_ALLOC && set.count == count)
			compare_both(&set, &t);
	}
	race_shadow_of(x)[0] = race_shadow_of(x)[1] = 0;
	play_as(&play_main);
}

/* What goes up at one place and down at another. */
static void counter_has_one_cell(void **state)
{
	uint64_t x = play_memory();
	struct race_touch up, down;

	(void)state;
	set_the_stage();
	play_as(&a);
	up = touch_of(x, 4, 0x0f);
	down = touch_of(x, 5, 0x0f);
	up.word = words[EARLIER];
	race_granule_touch(&up);
	race_granule_touch(&down);
	assert_int_equal(race_shadow_of(x)[0], race_judge_first_cell(&down));
	assert_int_equal(race_shadow_of(x)[1], 0);
	play_as(&play_main);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(pairs_lead_where_the_judge_leads),
		PLAY_TEST(lists_lead_where_the_judge_leads),
		PLAY_TEST(counter_has_one_cell),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
