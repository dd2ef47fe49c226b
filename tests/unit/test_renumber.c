/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_renumber.c - after a renumbering every pair of threads still knows of each other
 * what it knew, races that were to come still come, and none that was not; tids of ended
 * threads are free again. The plan by itself: test_recount.c; random programs: the
 * differential test.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "play.h"
#include "reads.h"
#include "renumber.h"
#include "slot.h"

static void renumber(void)
{
	race_renumber_now(on_stage->thread);
}

static void tick(struct player *player, int times)
{
	struct player *before = on_stage;

	play_as(player);
	while (times--)
		race_thread_tick(player->thread);
	play_as(before);
}

/* A write of each in shadow: who knows it? */
static void knowledge_stays(void **state)
{
	struct player *cast[] = { &play_main, &a, &b, &c, &d };
	bool knew[5][5];
	uint64_t x[5];

	(void)state;
	for (int i = 0; i < 5; i++) {
		tick(cast[i], 1000);
		x[i] = play_memory();
		assert_false(play_touch(cast[i], x[i], 8, RACE_WRITE));
	}
	play_order(&a, &b);
	tick(&a, 1000);
	play_order(&b, &c);
	play_order(&d, &play_main);
	for (int i = 0; i < 5; i++)
		for (int j = 0; j < 5; j++)
			knew[i][j] = race_thread_knows(cast[i]->thread, *race_shadow_of(x[j]));
	assert_true(knew[2][1] && knew[3][1] && knew[0][4]);
	assert_false(knew[1][2] || knew[4][1]);
	renumber();
	for (int i = 0; i < 5; i++)
		for (int j = 0; j < 5; j++)
			assert_int_equal(race_thread_knows(cast[i]->thread, *race_shadow_of(x[j])),
			                 knew[i][j]);
	assert_true(race_cell_epoch(play_word(&a)) < 10);
}

static void a_race_to_come_still_comes(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	tick(&a, 100);
	assert_false(play_touch(&a, x, 8, RACE_WRITE));
	tick(&a, 100);
	renumber();
	assert_true(play_touch(&b, x, 8, RACE_READ));
}

static void an_order_stays_one(void **state)
{
	uint64_t x = play_memory(), lock = play_memory();

	(void)state;
	tick(&a, 100);
	assert_false(play_touch(&a, x, 8, RACE_WRITE));
	play_as(&a);
	race_sync_release_at(a.thread, lock);
	play_as(&play_main);
	renumber(); /* what was released is learned only after it */
	play_as(&b);
	race_sync_acquire_at(b.thread, lock);
	play_as(&play_main);
	assert_false(play_touch(&b, x, 8, RACE_WRITE));
	assert_true(play_touch(&c, x, 8, RACE_WRITE));
}

static void lists_are_renumbered(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 8, RACE_READ));
	assert_false(play_touch(&b, x, 8, RACE_READ));
	assert_false(play_touch(&c, x, 8, RACE_READ));
	assert_true(race_cell_is_list(race_shadow_of(x)[1]));
	renumber();
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x, 8, RACE_WRITE)); /* with c's */
}

/* What every thread knows can race with nobody: its cells go. */
static void what_all_know_goes(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 8, RACE_WRITE));
	play_order(&a, &b);
	play_order(&a, &c);
	play_order(&a, &d);
	renumber();
	assert_int_not_equal(*race_shadow_of(x), 0);
	play_order(&a, &play_main);
	renumber();
	assert_int_equal(*race_shadow_of(x), 0);
	assert_false(play_touch(&d, x, 8, RACE_WRITE));
}

/* A remembered read's epoch number comes again, for another epoch. */
static void remembered_reads_are_forgotten(void **state)
{
	uint64_t x = play_memory();
	struct player *readers[] = { &a, &b, &c };

	(void)state;
	for (int i = 0; i < 3; i++)
		for (int times = 0; times < 2; times++)
			assert_false(play_touch(readers[i], x, 8, RACE_READ));
	assert_non_null(c.thread->reads);
	renumber();
	for (uint32_t i = 0; i <= c.thread->reads_last; i++)
		assert_int_equal(c.thread->reads[i].when, 0);
}

/* Detached threads that nobody learned of: their tids are free again, their accesses
 * are not forgotten, and whose they were is still told. */
static void ended_threads_share_a_grave(void **state)
{
	uint64_t x = play_memory(), y = play_memory();
	struct race_thread_facts facts;
	struct player gone[6];
	uint32_t number = 0, graves = 0;

	(void)state;
	for (int i = 0; i < 6; i++) {
		play_birth(&gone[i]);
		race_thread_detach(gone[i].thread);
		gone[i].thread->kernel_tid = -1;
		assert_false(play_touch(&gone[i], i == 5 ? y : x + 8 * i, 8, RACE_WRITE));
		number = gone[i].thread->life->number;
		play_finish(&gone[i]);
	}
	renumber();
	for (uint32_t tid = 1; tid < race_runtime.tids; tid++)
		graves += race_slots[tid].tenures && !race_thread_in_slot(tid);
	assert_int_equal(graves, 1);
	race_thread_facts(*race_shadow_of(y), &facts);
	assert_int_equal(facts.number, number);
	assert_true(facts.finished);
	assert_true(play_touch(&a, y, 8, RACE_WRITE));
	assert_true(play_touch(&a, x + 16, 8, RACE_READ));
	/* And once more, now that there is a grave. */
	renumber();
	assert_true(play_touch(&b, x + 8, 8, RACE_READ));
}

/* Who creates a thread from the grave's past still orders it. */
static void grave_of_what_some_know(void **state)
{
	uint64_t x = play_memory();
	struct player gone;

	(void)state;
	play_birth(&gone);
	race_thread_detach(gone.thread);
	gone.thread->kernel_tid = -1;
	assert_false(play_touch(&gone, x, 8, RACE_WRITE));
	play_order(&gone, &a);
	play_finish(&gone);
	renumber();
	assert_true(play_knows(&a, *race_shadow_of(x)));
	assert_false(play_knows(&b, *race_shadow_of(x)));
	play_order(&a, &b);
	renumber();
	assert_false(play_touch(&b, x, 8, RACE_WRITE));
}

static void locks_of_the_dead_are_theirs_no_more(void **state)
{
	uint64_t lock = play_memory();
	struct race_sync *sync;
	struct player gone;

	(void)state;
	play_birth(&gone);
	play_as(&gone);
	race_sync_release_at(gone.thread, lock);
	play_as(&play_main);
	play_join(&gone);
	sync = race_sync_find(lock);
	assert_int_not_equal(sync->release, 0);
	play_order(&play_main, &a);
	play_order(&play_main, &b);
	play_order(&play_main, &c);
	play_order(&play_main, &d);
	renumber();
	assert_int_equal(sync->release, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(knowledge_stays),
		PLAY_TEST(a_race_to_come_still_comes),
		PLAY_TEST(an_order_stays_one),
		PLAY_TEST(lists_are_renumbered),
		PLAY_TEST(what_all_know_goes),
		PLAY_TEST(remembered_reads_are_forgotten),
		PLAY_TEST(ended_threads_share_a_grave),
		PLAY_TEST(grave_of_what_some_know),
		PLAY_TEST(locks_of_the_dead_are_theirs_no_more),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
