/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_order.c - the graph of orders of locks: circles of two and of many, the rules that
 * silence one, steps alike, locks that are no more, and the bound on its memory.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "order.h"
#include "play.h"

#define W RACE_HOLD_MUTEX
#define R RACE_HOLD_READ
#define LOCKS 80

static struct race_order_lock *lock[LOCKS];
static struct race_order_cycle cycle;

static struct race_order_step *added(struct player *player, struct race_order_step *step)
{
	step->moment = race_lineage_now(player->thread);
	step->life = player->thread->life;
	return race_order_add(step);
}

/* The player holds x and asks for y. */
static struct race_order_step *step_as(struct player *player, uint32_t x, uint32_t x_kind,
				       uint32_t y, uint32_t y_kind)
{
	struct race_order_step *step = race_order_step_new(1);

	race_order_step_part(step, lock[x], x_kind);
	race_order_step_part(step, lock[y], y_kind);
	return added(player, step);
}

static struct race_order_step *step(struct player *player, uint32_t x, uint32_t y)
{
	return step_as(player, x, W, y, W);
}

/* The same with a gate. */
static struct race_order_step *gated(struct player *player, uint32_t gate, uint32_t gate_kind,
				     uint32_t x, uint32_t y)
{
	struct race_order_step *step = race_order_step_new(2);

	race_order_step_part(step, lock[gate], gate_kind);
	race_order_step_part(step, lock[x], W);
	race_order_step_part(step, lock[y], W);
	return added(player, step);
}

static uint32_t circle(const struct race_order_step *step, uint32_t held)
{
	return race_order_reach(step) && race_order_circle(step, held, &cycle) ? cycle.count : 0;
}

static int begin(void **state)
{
	play_cast(state);
	for (uint32_t i = 0; i < LOCKS; i++)
		lock[i] = race_order_lock_new(0x1000 + 8 * i);
	assert_int_equal(race_order_bytes(), 0);
	return 0;
}

static int end(void **state)
{
	for (uint32_t i = 0; i < LOCKS; i++)
		if (lock[i])
			race_order_forget(lock[i]);
	assert_int_equal(race_order_bytes(), 0);
	return play_curtain(state);
}

static void test_two(void **state)
{
	struct race_order_step *first = step(&a, 0, 1), *second;

	(void)state;
	assert_int_equal(circle(first, 0), 0);
	second = step(&b, 1, 0);
	assert_int_equal(circle(second, 0), 2);
	assert_ptr_equal(race_order_step_of(cycle.held[0]), second);
	assert_ptr_equal(race_order_step_of(cycle.held[1]), first);
	assert_ptr_equal(cycle.held[1]->lock, lock[0]);
}

static void test_one_thread(void **state)
{
	(void)state;
	step(&a, 0, 1);
	assert_int_equal(circle(step(&a, 1, 0), 0), 0);
	/* Another one that does as it did. */
	assert_int_equal(circle(step(&b, 0, 1), 0), 2);
	/* Three steps of two threads. */
	step(&c, 2, 3);
	step(&d, 3, 4);
	assert_int_equal(circle(step(&c, 4, 2), 0), 0);
}

static void test_joined(void **state)
{
	struct player child = { 0 };

	(void)state;
	play_as(&a);
	play_birth(&child);
	step(&child, 0, 1);
	play_join(&child);
	assert_int_equal(circle(step(&a, 1, 0), 0), 0);
	assert_int_equal(circle(step(&b, 1, 0), 0), 2);
}

/* The newest turn of a thread is the one that counts. */
static void test_again_in_a_later_turn(void **state)
{
	struct race_order_step *first;
	struct player child = { 0 };

	(void)state;
	play_as(&a);
	first = step(&a, 0, 1);
	play_birth(&child);
	assert_int_equal(circle(step(&child, 1, 0), 0), 0);
	assert_ptr_equal(step(&a, 0, 1), first);
	assert_int_equal(circle(first, 0), 2);
	play_join(&child);
}

static void test_gates(void **state)
{
	(void)state;
	gated(&a, 9, W, 0, 1);
	assert_int_equal(circle(gated(&b, 9, W, 1, 0), 1), 0);
	assert_int_equal(circle(gated(&b, 9, R, 1, 0), 1), 0);
	assert_int_equal(circle(gated(&b, 8, W, 1, 0), 1), 2);
	assert_int_equal(circle(gated(&b, 8, W, 1, 0), 0), 0);
	gated(&a, 9, R, 2, 3);
	assert_int_equal(circle(gated(&b, 9, R, 3, 2), 1), 2);
	/* Two of three. */
	step(&a, 4, 5);
	gated(&b, 9, W, 5, 6);
	assert_int_equal(circle(gated(&c, 9, W, 6, 4), 1), 0);
	assert_int_equal(circle(step(&c, 6, 4), 0), 3);
}

static void test_readers(void **state)
{
	(void)state;
	step_as(&a, 0, R, 1, R);
	assert_int_equal(circle(step_as(&b, 1, R, 0, R), 0), 0);
	/* One of the two meets readers only. */
	assert_int_equal(circle(step_as(&b, 1, W, 0, R), 0), 0);
	assert_int_equal(circle(step_as(&c, 1, W, 0, W), 0), 2);
	step_as(&a, 2, R, 3, W);
	assert_int_equal(circle(step_as(&b, 3, R, 2, W), 0), 2);
	/* Read-held, and asked for to read, by a third. */
	step_as(&a, 4, W, 5, R);
	step_as(&b, 5, R, 6, W);
	assert_int_equal(circle(step_as(&c, 6, W, 4, W), 0), 0);
}

static void test_long(void **state)
{
	struct player far[70] = { 0 };
	struct race_order_step *last = NULL;
	const uint32_t most = RACE_CYCLE_MOST;

	(void)state;
	play_as(&a);
	for (uint32_t i = 0; i < most; i++)
		play_birth(&far[i]);
	for (uint32_t i = 0; i < most; i++) {
		last = step(&far[i], i, (i + 1) % most);
		assert_int_equal(circle(last, 0), i == most - 1 ? most : 0);
	}
	/* A short way is taken when there is one. */
	step(&a, 5, 60);
	assert_int_equal(circle(last, 0), 10);
	play_as(&a);
	for (uint32_t i = 0; i < most; i++)
		play_join(&far[i]);
}

static void test_gone(void **state)
{
	uint64_t before;

	(void)state;
	step(&a, 0, 1);
	before = race_order_bytes();
	step(&b, 1, 2);
	race_order_forget(lock[2]);
	lock[2] = NULL;
	assert_int_equal(race_order_bytes(), before);
	race_order_forget(lock[0]);
	lock[0] = race_order_lock_new(0x1000);
	assert_int_equal(race_order_bytes(), 0);
	assert_int_equal(circle(step(&b, 1, 0), 0), 0);
}

/* Of many threads that do alike the last ones stay. */
static void test_alike(void **state)
{
	struct player many[RACE_STEPS_ALIKE + 3] = { 0 };
	uint64_t of_one = 0;

	(void)state;
	play_as(&a);
	for (uint32_t i = 0; i < RACE_STEPS_ALIKE + 3; i++) {
		play_birth(&many[i]);
		step(&many[i], 0, 1);
		of_one = of_one ? of_one : race_order_bytes();
	}
	assert_in_range(race_order_bytes(), of_one * RACE_STEPS_ALIKE,
			(of_one + 100) * RACE_STEPS_ALIKE);
	assert_int_equal(circle(step(&many[0], 1, 0), 0), 2);
	assert_int_equal(circle(step(&many[RACE_STEPS_ALIKE + 2], 1, 0), 0), 2);
	play_as(&a);
	for (uint32_t i = 0; i < RACE_STEPS_ALIKE + 3; i++)
		play_join(&many[i]);
}

/* The oldest steps make room; a search in a vast graph ends. */
static void test_bounds(void **state)
{
	static struct race_order_lock *many[200000];
	struct race_order_step *one;

	(void)state;
	for (uint32_t i = 0; i < 200000; i++) {
		many[i] = race_order_lock_new(0x100000 + 8 * i);
		one = race_order_step_new(1);
		race_order_step_part(one, lock[0], W);
		race_order_step_part(one, many[i], W);
		one = added(&a, one);
		assert_false(race_order_reach(one));
	}
	assert_in_range(race_order_bytes(), 15 << 20, 16 << 20);
	assert_int_equal(circle(step(&b, 1, 0), 0), 0);
	for (uint32_t i = 0; i < 200000; i++)
		race_order_forget(many[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_two),	    TEST(test_one_thread), TEST(test_joined),
		TEST(test_again_in_a_later_turn),	   TEST(test_gates),
		TEST(test_readers), TEST(test_long),	   TEST(test_gone),
		TEST(test_alike),   TEST(test_bounds),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
