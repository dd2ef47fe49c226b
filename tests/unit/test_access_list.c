/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_access_list.c - granules that three and more threads read at once: none of the
 * readers is forgotten, the list goes when it is not needed, and what everybody knows
 * takes no room. Threads that really run at once lose no race either.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "overflow.h"
#include "play.h"

static bool listed(uint64_t addr)
{
	return race_cell_is_list(race_shadow_of(addr)[1]);
}

/* Reads by a, b and c; d knows those of `known` and writes. */
static bool writer_after(uint64_t x, uint32_t known, bool parts)
{
	struct player *reader[] = { &a, &b, &c };

	for (uint32_t i = 0; i < 3; i++)
		assert_false(play_touch(reader[i], x + (parts ? i : 0), parts ? 1 : 8,
					RACE_READ));
	assert_true(listed(x));
	for (uint32_t i = 0; i < 3; i++)
		if (known & 1 << i)
			play_order(reader[i], &d);
	return play_touch(&d, x, 8, RACE_WRITE);
}

/* One test each, for what d has learned it keeps. */
#define WRITER_TEST(name, known, races)                                                \
	static void name(void **state)                                                 \
	{                                                                              \
		uint64_t x = play_memory(), y = play_memory();                         \
                                                                                       \
		(void)state;                                                           \
		assert_int_equal(writer_after(x, known, false), races);                \
		assert_int_equal(writer_after(y, known, true), races);                 \
		assert_false(listed(x)); /* a whole write stands for all of them */    \
		assert_int_equal(race_cell_tid(race_shadow_of(x)[0]), d.thread->tid);  \
	}
WRITER_TEST(writer_races_with_the_first_reader, 6, true)
WRITER_TEST(writer_races_with_the_second_reader, 5, true)
WRITER_TEST(writer_races_with_the_third_reader, 3, true)
WRITER_TEST(writer_after_all_readers_is_silent, 7, false)

static void list_takes_own_accesses_again(void **state)
{
	uint64_t x = play_memory();
	race_cell before[2], *shadow = race_shadow_of(x);

	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_false(play_touch(&a, x, 8, RACE_READ));
		assert_false(play_touch(&b, x, 8, RACE_READ));
		assert_false(play_touch(&c, x, 8, RACE_READ));
		assert_false(play_touch(&d, x, 8, RACE_READ));
	}
	assert_true(listed(x));
	before[0] = shadow[0];
	before[1] = shadow[1];
	assert_false(play_touch(&d, x + 3, 2, RACE_READ));
	assert_memory_equal(before, shadow, sizeof(before));
	assert_true(play_touch(&d, x, 1, RACE_WRITE));
}

/* A reader reads again in a later epoch, of which d does not know, in front or in the list. */
static void later_read_is_remembered(void **state)
{
	struct player *reader[] = { &a, &b, &c };

	(void)state;
	for (uint32_t round = 0; round < 120; round++) {
		struct player *again = reader[round % 3];
		uint64_t x = play_memory();

		for (uint32_t i = 0; i < 9; i++)
			assert_false(play_touch(reader[i % 3], x, 8, RACE_READ));
		for (uint32_t i = 0; i < 9; i++) {
			play_order(reader[i % 3], &d);
			assert_false(play_touch(reader[i % 3], x, 8, RACE_READ));
		}
		assert_true(listed(x));
		for (uint32_t i = 0; i < 3; i++)
			play_order(reader[i], &d);
		assert_false(play_touch(again, x, 8, RACE_READ));
		assert_true(play_touch(&d, x, 8, RACE_WRITE));
	}
}

/* What has come since a thread's last read, and stands beside it, is seen by its next. */
static void later_read_meets_what_came_meanwhile(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 40; round++) {
		uint64_t x = play_memory();

		assert_false(play_touch(&a, x, 8, RACE_READ));
		assert_false(play_touch(&b, x, 8, RACE_READ));
		assert_false(play_touch(&d, x, 8, RACE_READ));
		play_order(&a, &c);
		play_order(&b, &c);
		play_order(&d, &c);
		assert_false(play_touch(&c, x, 8, RACE_ATOMIC_WRITE));
		assert_true(listed(x));
		assert_true(play_touch(round % 2 ? &a : &b, x, 8, RACE_READ));
	}
}

/* The example of floor.h. */
static void what_everybody_knows_takes_no_cell(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&play_main, x, 8, RACE_WRITE));
	play_order(&play_main, &a);
	play_order(&play_main, &b);
	play_order(&play_main, &c);
	play_order(&play_main, &d);
	assert_false(play_touch(&a, x, 8, RACE_READ));
	assert_false(play_touch(&b, x, 8, RACE_READ));
	assert_false(listed(x));
	assert_true(play_touch(&c, x, 8, RACE_WRITE));
}

/* ... but not while one of them might still race with it. */
static void floor_waits_for_the_last(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&play_main, x, 8, RACE_WRITE));
	play_order(&play_main, &a);
	play_order(&play_main, &b);
	play_order(&play_main, &c);
	assert_false(play_touch(&a, x, 8, RACE_READ));
	assert_false(play_touch(&b, x, 8, RACE_READ));
	assert_true(play_touch(&d, x, 8, RACE_READ)); /* with the write */
}

/* ---- at once ---- */

#define WORDS 2000
static uint64_t words[WORDS];
static pthread_barrier_t together;
static uint32_t sites[3];

/* Raw barriers: the runtime must not see an order that is not there. */
static void meet(void)
{
	race_enter();
	pthread_barrier_wait(&together);
	race_leave();
}

static void *reads_all(void *number)
{
	struct race_thread *self = race_self();

	meet();
	for (uint32_t i = 0; i < WORDS; i++)
		race_access(self, (uint64_t)&words[i], 8, RACE_READ,
			    sites[(uintptr_t)number]);
	meet();
	meet(); /* alive until all is judged */
	return NULL;
}

/* All readers' cells are there, whoever came first on each word. */
static void readers_at_once_are_all_kept(void **state)
{
	pthread_t thread[3];

	(void)state;
	pthread_barrier_init(&together, NULL, 4);
	for (uintptr_t i = 0; i < 3; i++) {
		sites[i] = race_site_of(play_pc(), RACE_READ, 8);
		assert_int_equal(pthread_create(&thread[i], NULL, reads_all, (void *)i), 0);
	}
	meet();
	meet();
	for (uint32_t i = 0; i < WORDS; i++) {
		const race_cell *cells = race_shadow_of((uint64_t)&words[i]);
		struct race_overflow *list = race_overflow_of(cells[1]);
		uint32_t seen = 0;

		assert_true(race_cell_is_list(cells[1]));
		assert_int_equal(list->count, 2);
		for (uint32_t s = 0; s < 3; s++) {
			seen |= (race_cell_site(cells[0]) == sites[s]) << s;
			for (uint32_t k = 0; k < 2; k++)
				seen |= (race_cell_site(list->few[k]) == sites[s]) << s;
		}
		assert_int_equal(seen, 7);
	}
	meet();
	for (int i = 0; i < 3; i++)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&together);
}

/* Whatever the order in which they come: of two that write a word, one finds the other. */
static void *writes_all(void *number)
{
	struct race_thread *self = race_self();

	meet();
	for (uint32_t i = 0; i < WORDS / 10; i++)
		race_access(self, (uint64_t)&words[i], 8, RACE_WRITE,
			    race_site_of(0x900000 + i * 16 + (uintptr_t)number, RACE_WRITE, 8));
	meet();
	return NULL;
}

static void writers_at_once_find_each_other(void **state)
{
	uint64_t before = race_report_count();
	pthread_t thread[2];

	(void)state;
	pthread_barrier_init(&together, NULL, 2);
	for (uintptr_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, writes_all, (void *)i), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(race_report_count(), before + WORDS / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(writer_races_with_the_first_reader),
		PLAY_TEST(writer_races_with_the_second_reader),
		PLAY_TEST(writer_races_with_the_third_reader),
		PLAY_TEST(writer_after_all_readers_is_silent),
		PLAY_TEST(list_takes_own_accesses_again),
		PLAY_TEST(later_read_is_remembered),
		PLAY_TEST(later_read_meets_what_came_meanwhile),
		PLAY_TEST(what_everybody_knows_takes_no_cell),
		PLAY_TEST(floor_waits_for_the_last),
		cmocka_unit_test(readers_at_once_are_all_kept),
		cmocka_unit_test(writers_at_once_find_each_other),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
