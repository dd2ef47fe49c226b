/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_inversion.c - from the locks that a thread holds to steps: what is one and what is
 * not, the keys that a thread keeps, locks given back in any order, and a report.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "finding.h"
#include "inversion.h"
#include "order.h"
#include "play.h"

#define KIND RACE_HOLD_CUSTOM

static void take(uint64_t lock, bool waits)
{
	race_held_push(race_self(), lock, KIND, play_pc());
	if (waits && race_self()->holds_count > 1)
		race_inversion_look(race_self());
}

static void give(uint64_t lock)
{
	race_held_pop(race_self(), lock);
}

/* Takes both, the second as it says; which steps does the graph have then, in bytes? */
static uint64_t nested(struct player *player, uint64_t first, uint64_t second, bool waits)
{
	play_as(player);
	take(first, true);
	take(second, waits);
	give(second);
	give(first);
	return race_order_bytes();
}

static bool told(void)
{
	static uint64_t before;
	bool more = race_finding_count() > before;

	before = race_finding_count();
	return more;
}

static void test_inversion(void **state)
{
	uint64_t x = play_memory(), y = play_memory();

	(void)state;
	nested(&a, x, y, true);
	nested(&b, x, y, true);
	assert_false(told());
	nested(&b, y, x, true);
	assert_true(told());
	/* The same once more is known. */
	nested(&a, x, y, true);
	nested(&b, y, x, true);
	assert_false(told());
}

static void test_no_steps(void **state)
{
	uint64_t x = play_memory(), y = play_memory(), before = race_order_bytes();

	(void)state;
	assert_int_equal(nested(&a, x, y, false), before);
	assert_int_equal(nested(&a, x, x, true), before);
	take(x, true);
	give(x);
	assert_int_equal(race_order_bytes(), before);
	assert_true(nested(&a, x, y, true) > before);
	before = race_order_bytes();
	assert_int_equal(nested(&a, x, y, true), before);
}

/* A lock that a try took is held. */
static void test_tried(void **state)
{
	uint64_t x = play_memory(), y = play_memory();

	(void)state;
	play_as(&a);
	take(x, false);
	take(y, true);
	give(x);
	give(y);
	nested(&b, y, x, true);
	assert_true(told());
}

/* Sums follow the list, wherever an entry goes. */
static void test_sums(void **state)
{
	uint64_t lock[6], sum;

	(void)state;
	play_as(&a);
	for (int i = 0; i < 6; i++)
		take(lock[i] = play_memory(), true);
	assert_int_equal(a.thread->holds_counted, 5);
	sum = a.thread->holds_sum;
	give(lock[5]);
	assert_int_equal(a.thread->holds_sum, sum);
	give(lock[2]);
	assert_int_equal(a.thread->holds_counted, 4);
	take(lock[2], true);
	assert_int_equal(a.thread->holds_counted, 4);
	take(lock[5], true);
	/* The same five, in another order. */
	assert_int_equal(a.thread->holds_sum, sum);
	for (int i = 0; i < 6; i++)
		give(lock[i]);
	assert_int_equal(a.thread->holds_counted, 0);
	assert_int_equal(a.thread->holds_sum, 0);
}

/* Another lock in the memory of one. */
static void test_memory_again(void **state)
{
	uint64_t x = play_memory(), y = play_memory();

	(void)state;
	nested(&a, x, y, true);
	race_sync_forget(x, 8);
	nested(&b, y, x, true);
	assert_false(told());
	/* The key of the old one does not fit the new one. */
	nested(&a, x, y, true);
	assert_true(told());
}

/* One that the thread has in its list, though its memory went. */
static void test_memory_gone_while_held(void **state)
{
	uint64_t x = play_memory(), y = play_memory(), z = play_memory();

	(void)state;
	play_as(&a);
	take(x, true);
	take(y, true);
	race_sync_forget(x, 8);
	give(y);
	nested(&a, z, y, true);
	nested(&b, y, x, true);
	assert_false(told());
	play_as(&a);
	give(x);
	nested(&b, y, z, true);
	assert_true(told());
}

/* Another thread gave it back: who took it first does not hold it. */
static void test_lost(void **state)
{
	uint64_t x = play_memory(), y = play_memory(), before = race_order_bytes();

	(void)state;
	play_as(&a);
	take(x, true);
	race_thread_lock();
	race_held_lose(a.thread, x);
	race_thread_unlock();
	take(y, true);
	give(y);
	assert_int_equal(race_order_bytes(), before);
	assert_int_equal(a.thread->holds_count, 0);
	/* While it is in the list yet. */
	take(x, true);
	take(y, false);
	race_thread_lock();
	race_held_lose(a.thread, x);
	race_thread_unlock();
	race_inversion_look(a.thread);
	assert_int_equal(race_order_bytes(), before);
	give(y);
}

/* With detect_deadlocks=0 no thread has a lineage. */
static void test_off(void **state)
{
	struct race_lineage *kept = a.thread->lineage;
	uint64_t before = race_order_bytes();

	(void)state;
	a.thread->lineage = NULL;
	assert_int_equal(nested(&a, play_memory(), play_memory(), true), before);
	a.thread->lineage = kept;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(test_inversion), PLAY_TEST(test_no_steps),
		PLAY_TEST(test_tried),	   PLAY_TEST(test_sums),
		PLAY_TEST(test_memory_again), PLAY_TEST(test_memory_gone_while_held),
		PLAY_TEST(test_lost),	   PLAY_TEST(test_off),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
