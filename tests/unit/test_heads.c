/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_heads.c - each head's part is what it released, whoever has its turn, joins, ends or
 * finds no room; what is lost is said to be lost.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "heads.h"

#define SIZE 4

static struct race_life life[64];

static struct race_clock *clock_of(uint64_t first, uint32_t size)
{
	struct race_clock *clock = NULL;

	race_clock_grow(&clock, size);
	for (uint32_t i = 0; i < size; i++)
		clock->entry[i] = first + i;
	return clock;
}

/* As a sync object does: the head knows all of the clock. */
static void turn(struct race_heads **heads, int who, struct race_clock **clock, uint64_t first,
                 uint32_t size)
{
	struct race_head *head = race_heads_add(heads, &life[who]);

	race_heads_turn(*heads, head, clock);
	race_clock_grow(clock, size);
	for (uint32_t i = 0; i < size; i++)
		(*clock)->entry[i] = first + i;
}

static void join(struct race_heads **heads, int who, struct race_clock **clock, uint64_t first)
{
	struct race_clock *from = clock_of(first, SIZE);

	race_heads_join(*heads, race_heads_add(heads, &life[who]), *clock, from->entry, SIZE);
	race_clock_grow(clock, SIZE);
	race_clock_join((*clock)->entry, from->entry, SIZE);
	race_clock_free(from);
}

/* That one stores: the others go. */
static void assert_alone(struct race_heads *heads, int who, struct race_clock *clock, uint64_t first)
{
	assert_true(race_heads_alone(heads, race_heads_find(heads, &life[who]), &clock));
	assert_int_equal(clock->entry[0], first);
	assert_int_equal(clock->entry[SIZE - 1], first + SIZE - 1);
	race_heads_free(heads);
	race_clock_free(clock);
}

static void assert_lost(struct race_heads *heads, int who, struct race_clock **clock)
{
	assert_false(race_heads_alone(heads, race_heads_find(heads, &life[who]), clock));
}

static void turns(void **state)
{
	(void)state;
	for (int who = 0; who < 3; who++) {
		struct race_clock *clock = clock_of(10, SIZE);
		struct race_heads *heads = race_heads_new(&life[0]);

		turn(&heads, 1, &clock, 20, SIZE);
		turn(&heads, 2, &clock, 30, SIZE);
		turn(&heads, 1, &clock, 40, SIZE);
		turn(&heads, 1, &clock, 41, SIZE);
		assert_alone(heads, who, clock, (uint64_t[]){ 10, 41, 30 }[who]);
	}
}

static void joins(void **state)
{
	(void)state;
	for (int who = 0; who < 4; who++) {
		struct race_clock *clock = clock_of(10, SIZE);
		struct race_heads *heads = race_heads_new(&life[0]);

		turn(&heads, 1, &clock, 20, SIZE);
		join(&heads, 2, &clock, 5); /* knew nothing of the others */
		join(&heads, 1, &clock, 15); /* published before its own last */
		join(&heads, 3, &clock, 30);
		join(&heads, 3, &clock, 35);
		assert_int_equal(clock->entry[0], 35);
		assert_alone(heads, who, clock, (uint64_t[]){ 10, 20, 5, 35 }[who]);
	}
}

static void a_turn_behind_a_join(void **state)
{
	(void)state;
	for (int who = 0; who < 3; who++) {
		struct race_clock *clock = clock_of(10, SIZE);
		struct race_heads *heads = race_heads_new(&life[0]);

		join(&heads, 1, &clock, 20);
		turn(&heads, 2, &clock, 30, SIZE);
		assert_int_equal(heads->whole, 2);
		assert_alone(heads, who, clock, (uint64_t[]){ 10, 20, 30 }[who]);
	}
}

/* Their places are used again, and whose the clock is is not mixed up. */
static void the_ended_go(void **state)
{
	struct race_clock *clock = clock_of(10, SIZE);
	struct race_heads *heads = race_heads_new(&life[0]);

	(void)state;
	for (int i = 1; i < 40; i++) {
		turn(&heads, i, &clock, 10 + i, SIZE);
		life[i - 1].finished = i > 3;
	}
	assert_in_range(heads->count, 4, 16);
	assert_in_range(heads->room, heads->count, 16);
	for (int i = 0; i < 3; i++)
		assert_int_equal(race_heads_find(heads, &life[i])->part->entry[0], 10 + i);
	for (int i = 0; i < 40; i++)
		life[i].finished = false;
	assert_alone(heads, 39, clock, 49);
}

/* Two parts have room. */
static void room_is_bounded(void **state)
{
	const uint32_t size = RACE_HEADS_BYTES / sizeof(uint64_t) / 2;
	struct race_clock *clock = clock_of(10, size);
	struct race_heads *heads = race_heads_new(&life[0]);

	(void)state;
	for (int i = 1; i < 5; i++)
		turn(&heads, i, &clock, 10 + i, size);
	assert_lost(heads, 2, &clock);
	assert_lost(heads, 3, &clock);
	join(&heads, 2, &clock, 3); /* not all that it released */
	assert_lost(heads, 2, &clock);
	assert_alone(heads, 1, clock, 11);
}

static void none_are_kept_where_nobody_asks(void **state)
{
	struct race_clock *clock = clock_of(10, SIZE);
	struct race_heads *heads = race_heads_new(&life[0]);

	(void)state;
	heads->lost = true;
	race_heads_add(&heads, &life[1]);
	assert_null(race_heads_find(heads, &life[2]));
	assert_lost(heads, 1, &clock);
	assert_lost(heads, 0, &clock);
	race_heads_free(heads);
	race_clock_free(clock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns),
		cmocka_unit_test(joins),
		cmocka_unit_test(a_turn_behind_a_join),
		cmocka_unit_test(the_ended_go),
		cmocka_unit_test(room_is_bounded),
		cmocka_unit_test(none_are_kept_where_nobody_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
