/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_granule.c - the short way of atomics leads where the judge would have led: from all
 * pairs of cells of a few threads, kinds and bytes.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "granule.h"
#include "play.h"

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

/* Is it the cell of the same place in an epoch before? */
static bool is_of(race_cell c, const struct race_touch *t)
{
	return !((c ^ race_judge_first_cell(t)) & RACE_BELOW_EPOCH);
}

/* Returns whether the short way was gone. */
static bool compare(race_cell c0, race_cell c1, const struct race_touch *t)
{
	race_cell *shadow = race_shadow_of(t->granule), cells[3] = { c0, c1 }, other;
	uint32_t count = c1 ? 2 : c0 ? 1 : 0;
	struct race_outcome out;

	if (c1 && !c0)
		cells[0] = c1, count = 1;
	shadow[0] = c0;
	shadow[1] = c1;
	if (!race_granule_touch_atomic(t)) {
		assert_int_equal(shadow[0], c0);
		assert_int_equal(shadow[1], c1);
		return false;
	}
	count = race_judge_cells(cells, count, t, &out);
	assert_int_equal(out.races, 0);
	if (out.covered) {
		assert_int_equal(shadow[0], c0);
		assert_int_equal(shadow[1], c1);
		return true;
	}
	assert_in_range(count, 1, 2);
	assert_int_equal(shadow[0], cells[0]);
	/* Beside its own place in an earlier epoch, what it would take away of a cell may stay. */
	other = is_of(c0, t) ? c1 : is_of(c1, t) ? c0 : 0;
	if (!other || shadow[1] != other || !play_knows(&a, other))
		assert_int_equal(shadow[1], count == 2 ? cells[1] : 0);
	return true;
}

static void set_the_stage(void)
{
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

static void short_way_leads_where_the_judge_leads(void **state)
{
	uint64_t x = play_memory();
	uint32_t gone = 0;

	(void)state;
	set_the_stage();
	play_as(&a);
	for (uint32_t i = 0; i < CELLS; i++)
		for (uint32_t j = 0; j < CELLS; j++)
			for (uint32_t k = 0; k < KINDS * MASKS; k++) {
				struct race_touch t = touch_of(x, k % KINDS, masks[k / KINDS]);

				if (t.atomic && can_be_beside(cell_of(i), cell_of(j)))
					gone += compare(cell_of(i), cell_of(j), &t);
			}
	assert_in_range(gone, CELLS, CELLS * CELLS * KINDS * MASKS);
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
	assert_true(race_granule_touch_atomic(&up));
	assert_true(race_granule_touch_atomic(&down));
	assert_int_equal(race_shadow_of(x)[0], race_judge_first_cell(&down));
	assert_int_equal(race_shadow_of(x)[1], 0);
	play_as(&play_main);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(short_way_leads_where_the_judge_leads),
		PLAY_TEST(counter_has_one_cell),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
