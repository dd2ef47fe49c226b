/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_listed.c - a granule with a list, where many threads read: a thread's first read is put
 * beside the others' without looking at these, and nothing is lost by it. (What lists keep in
 * general: test_access_list.c and test_granule.c.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "overflow.h"
#include "play.h"
#include "stats.h"

uint64_t __race_atomic64_load(uint64_t *addr, uint32_t order, struct race_site *site);

#define READERS 9 /* list of many, with room behind the last */
static struct player reader[READERS];

static int births(void **state)
{
	play_cast(state);
	for (int i = 0; i < READERS; i++)
		play_birth(&reader[i]);
	return 0;
}

static int deaths(void **state)
{
	for (int i = 0; i < READERS; i++)
		play_join(&reader[i]);
	return play_curtain(state);
}

static uint64_t first_reads(void)
{
	return race_stats[RACE_STAT_list_first_reads];
}

/* Of a's, b's and the readers' but `but`. */
static uint64_t read_by_all_but(int but)
{
	uint64_t x = play_memory();

	play_touch(&a, x, 8, RACE_READ);
	play_touch(&b, x, 8, RACE_READ);
	for (int i = 0; i < READERS; i++)
		if (i != but)
			play_touch(&reader[i], x, 8, RACE_READ);
	return x;
}

/* d knows all but one reader, whichever it is: that race is found, and no other. */
static void each_first_read_is_kept(void **state)
{
	(void)state;
	for (int unknown = 0; unknown < READERS; unknown++) {
		uint64_t before = first_reads(), x = read_by_all_but(-1);

		assert_true(first_reads() > before + READERS / 2);
		play_order(&a, &d);
		play_order(&b, &d);
		for (int i = 0; i < READERS; i++)
			if (i != unknown)
				play_order(&reader[i], &d);
		assert_true(play_touch(&d, x, 8, RACE_WRITE));
		play_order(&reader[unknown], &d);
		assert_false(play_touch(&d, x, 8, RACE_WRITE));
	}
}

static void of_one_thread_there_is_one(void **state)
{
	uint64_t x = read_by_all_but(-1);
	struct race_overflow *list = race_overflow_of(race_shadow_of(x)[1]);
	uint32_t count = list->count;

	(void)state;
	for (int i = 0; i < READERS; i++)
		for (uint64_t part = 0; part < 8; part += 2)
			play_touch(&reader[i], x + part, 2, RACE_READ);
	play_order(&reader[3], &c); /* a later epoch */
	play_touch(&reader[3], x, 8, RACE_READ);
	assert_int_equal(list->count, count);
}

/* A read of other bytes first, then of all: it is not done by the first. */
static void part_of_it_is_no_first_read(void **state)
{
	uint64_t x = read_by_all_but(7);

	(void)state;
	play_touch(&reader[7], x + 4, 4, RACE_READ);
	play_touch(&reader[7], x, 4, RACE_READ);
	play_order(&a, &d);
	play_order(&b, &d);
	for (int i = 0; i < READERS; i++)
		if (i != 7)
			play_order(&reader[i], &d);
	assert_true(play_touch(&d, x, 1, RACE_WRITE));
}

/* Each reads byte by byte, where the others have read some. */
static void each_byte_of_each_is_kept(void **state)
{
	(void)state;
	for (int unknown = 0; unknown < READERS; unknown++) {
		uint64_t x = play_memory();

		play_touch(&a, x, 8, RACE_READ);
		play_touch(&b, x, 8, RACE_READ);
		for (uint64_t byte = 0; byte < 7; byte++)
			for (int i = 0; i < READERS; i++)
				play_touch(&reader[i], x + (byte + i) % 7, 1, RACE_READ);
		play_order(&a, &d);
		play_order(&b, &d);
		for (int i = 0; i < READERS; i++)
			if (i != unknown)
				play_order(&reader[i], &d);
		assert_false(play_touch(&d, x + 7, 1, RACE_WRITE));
		for (uint64_t byte = 0; byte < 7; byte++)
			assert_true(play_touch(&d, x + byte, 1, RACE_WRITE));
	}
}

/* A write among them, in the list or in front, races with the next first read. */
static void first_read_sees_a_write(void **state)
{
	(void)state;
	for (int written = 0; written < 2; written++) {
		uint64_t x = read_by_all_but(7);
		struct player *writer = written ? &a : &d;

		/* All bytes but one would end all else. */
		for (int i = 0; i < READERS; i++)
			if (i != 7)
				play_order(&reader[i], writer);
		play_order(&b, writer);
		play_order(&a, writer);
		play_touch(writer, x, 1, RACE_WRITE);
		for (int i = 0; i < 6; i++)
			play_order(writer, &reader[i]), play_touch(&reader[i], x + 1, 1, RACE_READ);
		assert_true(race_cell_is_list(race_shadow_of(x)[1]));
		assert_true(play_touch(&reader[7], x, 8, RACE_READ));
	}
}

/* Of the cell in front the epoch alone changes, where the list has more than reads: who knows the
 * earlier one still races. */
static void later_read_in_front_is_kept(void **state)
{
	uint64_t before = race_stats[RACE_STAT_front_renewals];

	(void)state;
	for (int i = 0; i < 8; i++) {
		uint64_t x = play_memory();

		play_touch(&a, x + 7, 1, RACE_WRITE);
		play_order(&a, &b);
		play_order(&a, &c);
		play_touch(&b, x, 4, RACE_READ);
		play_touch(&c, x, 4, RACE_READ);
		assert_true(race_cell_is_list(race_shadow_of(x)[1]));
		assert_true(race_cell_same_epoch(race_shadow_of(x)[0], play_word(&b)));
		play_order(&a, &d);
		play_order(&b, &d);
		play_order(&c, &d);
		play_touch(&b, x, 4, RACE_READ);
		assert_true(race_cell_same_epoch(race_shadow_of(x)[0], play_word(&b)));
		assert_true(play_touch(&d, x, 8, RACE_WRITE));
	}
	assert_true(race_stats[RACE_STAT_front_renewals] >= before + 4);
}

static int counted(void **state)
{
	race_options.stats = 1;
	return play_begin(state);
}

#define LISTED_TEST(name) cmocka_unit_test_setup_teardown(name, births, deaths)

static uint64_t loads(struct player *player, uint64_t *x)
{
	static struct race_site site = { .bytes = 8, .kind = RACE_ATOMIC_READ };
	uint64_t before = race_stats[RACE_STAT_list_reads];

	play_as(player);
	__race_atomic64_load(x, 0, &site);
	play_as(&play_main);
	return race_stats[RACE_STAT_list_reads] - before;
}

/* An atomic load that the list has needs no lock; in the next epoch, it does. */
static void load_is_found_in_the_list(void **state)
{
	static uint64_t variable;
	uint64_t x = (uint64_t)&variable;

	(void)state;
	for (int i = 0; i < 3; i++) {
		loads(&a, &variable);
		loads(&b, &variable);
		loads(&c, &variable);
		assert_true(race_cell_is_list(race_shadow_of(x)[1]));
		assert_true(loads(&a, &variable) + loads(&b, &variable) + loads(&c, &variable) >= 2);
		play_order(&b, &d);
	}
	assert_int_equal(loads(&b, &variable), 0);
	play_order(&a, &d);
	play_order(&c, &d);
	assert_true(play_touch(&d, x, 8, RACE_WRITE)); /* with b's last */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LISTED_TEST(each_first_read_is_kept),
		LISTED_TEST(of_one_thread_there_is_one),
		LISTED_TEST(part_of_it_is_no_first_read),
		LISTED_TEST(each_byte_of_each_is_kept),
		LISTED_TEST(load_is_found_in_the_list),
		LISTED_TEST(first_read_sees_a_write),
		LISTED_TEST(later_read_in_front_is_kept),
	};

	return cmocka_run_group_tests(tests, counted, NULL);
}
