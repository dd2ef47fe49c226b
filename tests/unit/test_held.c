/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_held.c - the list of locks that a thread holds: order, recursion, locks given back
 * out of order, many, and a copy taken while the owner changes it.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "held.h"
#include "play.h"

static struct race_hold holds[64];

static uint32_t copied(void)
{
	return race_held_copy(race_self(), holds, 64);
}

static void test_order(void **state)
{
	(void)state;
	assert_int_equal(copied(), 0);
	race_held_push(race_self(), 0x1000, RACE_HOLD_MUTEX, 0x11);
	race_held_push(race_self(), 0x2000, RACE_HOLD_READ, 0x12);
	race_held_push(race_self(), 0x1000, RACE_HOLD_MUTEX, 0x13);
	assert_int_equal(copied(), 3);
	assert_int_equal(holds[0].addr, 0x1000);
	assert_int_equal(holds[0].pc[0], 0x11);
	assert_int_equal(holds[1].addr, 0x2000);
	assert_int_equal(holds[1].kind, RACE_HOLD_READ);
	assert_int_equal(holds[2].pc[0], 0x13);
	assert_int_equal(race_held_copy(race_self(), holds, 2), 2);
	assert_int_equal(holds[0].addr, 0x2000);
	/* The newest of two, then one from the middle, then one that is not there. */
	race_held_pop(race_self(), 0x1000);
	assert_int_equal(copied(), 2);
	assert_int_equal(race_held_find(race_self(), 0x1000)->pc[0], 0x11);
	race_held_pop(race_self(), 0x1000);
	assert_int_equal(copied(), 1);
	assert_int_equal(holds[0].addr, 0x2000);
	assert_int_equal(holds[0].pc[0], 0x12);
	race_held_pop(race_self(), 0x3000);
	race_held_pop(race_self(), 0x2000);
	assert_int_equal(copied(), 0);
	assert_null(race_held_find(race_self(), 0x2000));
}

static void test_frames(void **state)
{
	struct race_stack stack;

	(void)state;
	for (uint64_t pc = 1; pc <= 2; pc++)
		*__race_self.stack++ = pc;
	race_held_push(race_self(), 0x1000, RACE_HOLD_MUTEX, 0x11);
	race_hold_stack(race_held_find(race_self(), 0x1000), &stack);
	assert_int_equal(stack.count, 3);
	assert_int_equal(stack.pc[0], 0x11);
	assert_int_equal(stack.pc[1], 2);
	assert_int_equal(stack.pc[2], 1);
	assert_false(stack.cut);
	__race_self.stack -= 2;
	race_held_pop(race_self(), 0x1000);
}

static void test_many(void **state)
{
	(void)state;
	for (uint64_t i = 1; i <= 1000; i++)
		race_held_push(race_self(), i * 8, RACE_HOLD_MUTEX, i);
	assert_int_equal(race_held_find(race_self(), 8)->pc[0], 1);
	assert_int_equal(copied(), 64);
	assert_int_equal(holds[63].addr, 8000);
	for (uint64_t i = 1; i <= 1000; i++)
		race_held_pop(race_self(), i * 8);
	assert_int_equal(copied(), 0);
}

/* The owner keeps the locks 8, 16, 24 in this order, but for one that it gives back. */
static bool stop;

static void *change(void *arg)
{
	struct race_thread *self = race_self();

	(void)arg;
	for (uint64_t i = 1; i <= 3; i++)
		race_held_push(self, i * 8, RACE_HOLD_MUTEX, i);
	race_store_release((struct race_thread **)arg, self);
	while (!race_load(&stop)) {
		race_held_pop(self, 8);
		race_held_push(self, 8, RACE_HOLD_MUTEX, 1);
		race_held_pop(self, 16);
		race_held_push(self, 16, RACE_HOLD_MUTEX, 2);
	}
	return NULL;
}

static void test_copy_of_another(void **state)
{
	struct race_thread *other = NULL;
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, change, &other);
	while (!race_load_acquire(&other))
		;
	for (int i = 0; i < 20000; i++) {
		uint32_t count, seen = 0;

		race_thread_lock();
		count = race_held_copy(other, holds, 64);
		race_thread_unlock();
		assert_in_range(count, 2, 3);
		for (uint32_t j = 0; j < count; j++) {
			assert_int_equal(holds[j].addr, holds[j].pc[0] * 8);
			seen |= 1u << holds[j].pc[0];
		}
		assert_int_equal(__builtin_popcount(seen), count);
		assert_true(seen & 1 << 3);
	}
	race_store(&stop, true);
	pthread_join(thread, NULL);
}

static uint32_t held_now(const struct race_thread *thread)
{
	struct race_hold holds[64];
	uint32_t count;

	race_thread_lock();
	count = race_held_copy(thread, holds, 64);
	race_thread_unlock();
	return count;
}

/* What another thread gives back leaves a hole, which holds nothing, and room in the end. */
static void test_lost(void **state)
{
	struct race_thread *self = race_self();
	uint32_t before = held_now(self), room;

	(void)state;
	race_held_push(self, 8, RACE_HOLD_MUTEX, 1);
	race_held_push(self, 16, RACE_HOLD_READ, 2);
	race_thread_lock();
	race_held_lose(self, 8);
	race_held_lose(self, 24);
	race_thread_unlock();
	assert_null(race_held_find(self, 8));
	assert_false(race_held_pop(self, 8));
	assert_int_equal(held_now(self), before + 1);
	assert_true(race_held_pop(self, 16));
	assert_int_equal(held_now(self), before);
	room = self->holds_room;
	for (int i = 0; i < 1000; i++) {
		race_held_push(self, 32, RACE_HOLD_SPIN, 3);
		race_thread_lock();
		race_held_lose(self, 32);
		race_thread_unlock();
	}
	assert_int_equal(self->holds_room, room);
	assert_int_equal(held_now(self), before);
}

static void test_pop_kind(void **state)
{
	struct race_thread *self = race_self();

	(void)state;
	race_held_push(self, 8, RACE_HOLD_CUSTOM, 1);
	race_held_push(self, 8, RACE_HOLD_CUSTOM_READ, 2);
	race_held_pop_kind(self, 8, RACE_HOLD_CUSTOM);
	assert_int_equal(race_held_find(self, 8)->kind, RACE_HOLD_CUSTOM_READ);
	race_held_pop_kind(self, 8, RACE_HOLD_CUSTOM);
	assert_null(race_held_find(self, 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_copy_of_another),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_pop_kind),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
