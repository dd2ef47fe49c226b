/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_rereads.c - cells that lists have lent to their threads: the thread's later reads change
 * its own table alone, and whoever changes the list still judges by the last of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "floor.h"
#include "play.h"
#include "lent.h"

static void later_read_changes_the_table_alone(void **state)
{
	uint64_t x = lent_to_c();
	race_cell before = kept(&c, x);

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_false(reads_later(&c, x));
		assert_true(race_cell_same_epoch(lent(&c, x), play_word(&c)));
		assert_int_equal(race_cell_site(lent(&c, x)), eight.id);
		assert_true(kept(&c, x) == before);
	}
}

/* The same where no door is: in C. */
static void so_does_one_that_comes_another_way(void **state)
{
	uint64_t x = lent_to_c();
	race_cell before = kept(&c, x);

	(void)state;
	next_epoch(&c);
	play_touch_from(&c, x, 8, RACE_READ, eight.id);
	assert_true(race_cell_same_epoch(lent(&c, x), play_word(&c)));
	assert_true(kept(&c, x) == before);
}

/* d knows what a and b did, and of c's reads all but the last, or all. */
static void writer_judges_by_the_last_read(void **state)
{
	(void)state;
	for (int known = 0; known < 2; known++) {
		uint64_t x = lent_to_c();

		play_order(&a, &d);
		play_order(&b, &d);
		play_order(&c, &d);
		assert_false(reads_later(&c, x));
		if (known)
			play_order(&c, &d);
		assert_int_equal(play_touch(&d, x, 8, RACE_WRITE), !known);
	}
}

/* The writer and the reader both come after it: nothing that was taken is told twice, nor does
 * the next read go unseen. */
static void reader_sees_the_writer_and_is_seen_again(void **state)
{
	uint64_t x = lent_to_c();

	(void)state;
	play_order(&a, &d);
	play_order(&b, &d);
	play_order(&c, &d);
	assert_false(play_touch(&d, x, 1, RACE_WRITE));
	assert_true(reads_later(&c, x));
	assert_false(play_touch(&d, x + 7, 1, RACE_READ));
	assert_true(play_touch(&d, x + 7, 1, RACE_WRITE));
}

/* d reads, too, and knows an older read of c's, which its own would stand for. */
static void reader_who_knows_an_older_one_leaves_the_last(void **state)
{
	uint64_t x = lent_to_c();

	(void)state;
	play_order(&c, &d);
	assert_false(reads_later(&c, x));
	for (int i = 0; i < 64; i++)
		assert_false(reads_later(&d, x)); /* the long way as well */
	assert_true(d_races(x));
}

/* Its own stands for c's then, which is lent no more. */
static void reader_who_knows_the_last_takes_it(void **state)
{
	uint64_t x = lent_to_c();

	(void)state;
	assert_false(reads_later(&c, x));
	play_order(&c, &d);
	for (int i = 0; i < 64; i++)
		assert_false(reads_later(&d, x));
	assert_false(reads_later(&c, x));
	assert_true(d_races(x));
}

static void all_know(struct player *player)
{
	struct player *others[] = { &a, &b, &c, &d, &play_main };

	for (int i = 0; i < 5; i++)
		if (others[i] != player)
			play_order(player, others[i]);
}

/* What the list has lies below the floor, the last read does not. */
static void floor_is_held_against_the_last_read(void **state)
{
	uint64_t x = lent_to_c();
	race_cell before = kept(&c, x);

	(void)state;
	all_know(&c);
	assert_false(reads_later(&c, x));
	d.thread->floor_patience = 1;
	for (int i = 0; i < 64; i++)
		assert_false(reads_later(&d, x));
	assert_true(race_floor_covers(before));
	assert_true(d_races(x));
}

/* a's and b's cells go; of two cells the one that had been lent has its last epoch. */
static void list_that_leaves_takes_it(void **state)
{
	(void)state;
	for (int known = 0; known < 2; known++) {
		uint64_t x = lent_to_c();

		play_order(&a, &d);
		play_order(&b, &d);
		if (known)
			play_order(&c, &d);
		assert_false(reads_later(&c, x));
		for (int i = 0; i < 64 && race_cell_is_list(race_shadow_of(x)[1]); i++)
			assert_false(reads_later(&d, x));
		assert_false(race_cell_is_list(race_shadow_of(x)[1]));
		assert_true(race_cell_same_epoch(kept(&c, x), play_word(&c)));
	}
}

/* c's one cell of its present epoch, if there is one. */
static race_cell only_present_cell_of_c(uint64_t x)
{
	race_cell own = 0;

	race_rereads_give_back();
	for (uint32_t i = 0, count = all_kept(x); i < count; i++)
		if (race_cell_same_epoch(all[i], play_word(&c))) {
			assert_true(own == 0);
			own = all[i];
		}
	return own;
}

/* c has two cells, of an epoch each; one is lent, and has the present epoch when the other is
 * read. */
static void own_reads_of_one_epoch_are_one_cell(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	reads(&a, x, &eight);
	reads(&b, x, &eight);
	reads(&c, x, &four);
	next_epoch(&c);
	reads(&c, x + 4, &four);
	for (int i = 0; i < 8 && !lent(&c, x); i++)
		next_epoch(&c), reads(&c, x, &four);
	next_epoch(&c);
	reads(&c, x, &four);
	assert_true(race_cell_same_epoch(lent(&c, x), play_word(&c)));
	reads(&c, x + 4, &four);
	assert_int_equal(race_cell_plain(only_present_cell_of_c(x)), 0xff);
}

/* a's and b's reads are known to c, which is in front, but for a's last. */
static void thread_in_front_judges_by_the_last_read(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	reads(&b, x, &eight);
	reads(&c, x, &eight);
	reads(&a, x, &eight);
	is_read_until_lent(&a, x);
	assert_true(race_cell_tid(race_shadow_of(x)[0]) == c.thread->tid);
	play_order(&a, &c);
	play_order(&b, &c);
	assert_false(reads_later(&a, x));
	assert_true(play_touch(&c, x, 8, RACE_WRITE));
}

/* A read of fewer bytes, or of more, is not that of the cell. */
static void other_bytes_are_another_read(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	reads(&a, x, &eight);
	reads(&b, x, &eight);
	reads(&c, x, &four);
	for (int i = 0; i < 8 && !lent(&c, x); i++)
		next_epoch(&c), reads(&c, x, &four);
	assert_int_equal(race_cell_plain(lent(&c, x)), 0x0f);
	next_epoch(&c);
	reads(&c, x + 4, &four);
	play_order(&a, &d);
	play_order(&b, &d);
	assert_true(play_touch(&d, x + 4, 1, RACE_WRITE));
}

/* Whoever reads again, nobody is in front in the end, and all have their cells. */
static void front_is_lent_as_well(void **state)
{
	uint64_t x = lent_to_c();
	struct player *readers[] = { &a, &b, &c };

	(void)state;
	is_read_until_lent(&a, x);
	is_read_until_lent(&b, x);
	assert_true(race_shadow_of(x)[0] == 0);
	for (int i = 0; i < 3; i++) {
		race_cell before = kept(readers[i], x);

		play_order(readers[i], &d);
		is_read_until_lent(readers[i], x);
		assert_false(reads_later(readers[i], x));
		assert_true(kept(readers[i], x) == before);
	}
	assert_true(play_touch(&d, x, 8, RACE_WRITE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(later_read_changes_the_table_alone),
		PLAY_TEST(so_does_one_that_comes_another_way),
		PLAY_TEST(writer_judges_by_the_last_read),
		PLAY_TEST(reader_sees_the_writer_and_is_seen_again),
		PLAY_TEST(reader_who_knows_an_older_one_leaves_the_last),
		PLAY_TEST(reader_who_knows_the_last_takes_it),
		PLAY_TEST(floor_is_held_against_the_last_read),
		PLAY_TEST(list_that_leaves_takes_it),
		PLAY_TEST(own_reads_of_one_epoch_are_one_cell),
		PLAY_TEST(thread_in_front_judges_by_the_last_read),
		PLAY_TEST(other_bytes_are_another_read),
		PLAY_TEST(front_is_lent_as_well),
	};

	return cmocka_run_group_tests(tests, lent_begin, NULL);
}
