/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_lineage.c - what creation and join order: parent and child, brothers one after the
 * other, nothing by a lock; lines that go to later threads; the child of a fork.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lineage.h"
#include "play.h"

static struct race_moment *now(struct player *player)
{
	return race_lineage_now(player->thread);
}

static void assert_ordered(bool wanted, struct race_moment *x, struct race_moment *y)
{
	assert_int_equal(race_moments_are_ordered(x, y), wanted);
	assert_int_equal(race_moments_are_ordered(y, x), wanted);
	race_moment_drop(x);
	race_moment_drop(y);
}

/* The cast's threads live side by side; that one released to the other is no order. */
static void test_brothers(void **state)
{
	(void)state;
	assert_ordered(false, now(&a), now(&b));
	play_order(&a, &b);
	assert_ordered(false, now(&a), now(&b));
	assert_ordered(true, now(&a), now(&a));
}

static void test_create_and_join(void **state)
{
	struct race_moment *before, *meanwhile, *inside;
	struct player child = { 0 };

	(void)state;
	play_as(&a);
	before = now(&a);
	play_birth(&child);
	meanwhile = now(&a);
	inside = now(&child);
	assert_true(race_moments_are_ordered(before, inside));
	assert_false(race_moments_are_ordered(meanwhile, inside));
	assert_true(race_moments_are_ordered(before, meanwhile));
	play_join(&child);
	assert_ordered(true, inside, now(&a));
	assert_ordered(false, meanwhile, now(&b));
	race_moment_drop(before);
}

/* What one thread's child did is before what its next one does. */
static void test_one_after_the_other(void **state)
{
	struct player first = { 0 }, second = { 0 }, beside = { 0 };
	struct race_moment *of_first;

	(void)state;
	play_as(&a);
	play_birth(&first);
	of_first = now(&first);
	play_birth(&beside);
	play_join(&first);
	play_birth(&second);
	assert_true(race_moments_are_ordered(of_first, now(&second)));
	assert_false(race_moments_are_ordered(of_first, now(&beside)));
	/* The joined one's line was there to be had; nobody else's. */
	assert_int_equal(second.thread->lineage->line, of_first->line);
	assert_int_not_equal(beside.thread->lineage->line, of_first->line);
	play_join(&second);
	play_join(&beside);
	race_moment_drop(of_first);
}

/* Ended, but not joined: nobody is behind it. */
static void test_detached(void **state)
{
	struct player first = { 0 }, second = { 0 };
	struct race_moment *of_first;

	(void)state;
	play_as(&a);
	play_birth(&first);
	of_first = now(&first);
	play_finish(&first);
	race_thread_detach(first.thread);
	play_birth(&second);
	assert_ordered(false, of_first, now(&second));
	play_join(&second);
}

/* Each turn has its own mark; one moment for all who ask in a turn. */
static void test_marks(void **state)
{
	struct race_moment *moment = now(&a), *same = now(&a);
	uint64_t mark = a.thread->lineage->mark;
	struct player child = { 0 };

	(void)state;
	assert_ptr_equal(moment, same);
	assert_true(mark != b.thread->lineage->mark);
	play_as(&a);
	play_birth(&child);
	assert_true(mark != a.thread->lineage->mark);
	assert_true(child.thread->lineage->mark != a.thread->lineage->mark);
	race_moment_drop(same);
	same = now(&a);
	assert_ptr_not_equal(moment, same);
	race_moment_drop(same);
	race_moment_drop(moment);
	play_join(&child);
}

/* More threads than lines: none is lost, order may be seen where there is none. */
static void test_no_lines_left(void **state)
{
	static struct race_thread child;

	(void)state;
	for (int i = 0; i < RACE_LINES + 100; i++) {
		race_lineage_begin(&child, a.thread);
		assert_ordered(false, now(&b), race_lineage_now(&child));
		assert_in_range(child.lineage->line, 0, RACE_LINES - 1);
		assert_int_not_equal(child.lineage->line, a.thread->lineage->line);
		assert_int_not_equal(child.lineage->line, b.thread->lineage->line);
		race_lineage_end(&child);
	}
}

static void test_forked(void **state)
{
	struct race_moment *others = now(&b);

	(void)state;
	play_as(&a);
	assert_false(race_moments_are_ordered(others, now(&a)));
	race_lineage_forked(a.thread);
	assert_ordered(true, others, now(&a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(test_brothers),      PLAY_TEST(test_create_and_join),
		PLAY_TEST(test_one_after_the_other), PLAY_TEST(test_detached),
		PLAY_TEST(test_marks),	       PLAY_TEST(test_no_lines_left),
		PLAY_TEST(test_forked),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
