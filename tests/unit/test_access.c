/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_access.c - which pairs of accesses are races: every kind against every kind, on
 * the same byte and beside it, ordered and not; and what a granule must keep so that a later
 * access still finds its race. (Granules of more than two cells: test_access_list.c.)
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "play.h"

static const enum race_kind kinds[] = {
	RACE_READ, RACE_WRITE, RACE_ATOMIC_READ, RACE_ATOMIC_WRITE,
	RACE_VPTR_READ, RACE_VPTR_WRITE, RACE_FREE, RACE_ALLOC,
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool writes(enum race_kind kind)
{
	return kind != RACE_READ && kind != RACE_ATOMIC_READ && kind != RACE_VPTR_READ;
}

static bool is_atomic(enum race_kind kind)
{
	return kind == RACE_ATOMIC_READ || kind == RACE_ATOMIC_WRITE;
}

static bool conflict(enum race_kind one, enum race_kind two)
{
	return (writes(one) || writes(two)) && !(is_atomic(one) && is_atomic(two));
}

static void every_pair_of_kinds(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < KINDS * KINDS; i++) {
		enum race_kind one = kinds[i / KINDS], two = kinds[i % KINDS];
		uint64_t x = play_memory(), y = play_memory(), z = play_memory();

		assert_false(play_touch(&a, x + 3, 1, one));
		assert_false(play_touch(&a, y + 3, 1, one));
		assert_false(play_touch(&a, z + 3, 1, one));
		assert_false(play_touch(&b, y + 2, 1, two));
		assert_false(play_touch(&b, y + 4, 1, two));
		assert_int_equal(play_touch(&b, x + 3, 1, two), conflict(one, two));
		play_order(&a, &c);
		assert_false(play_touch(&c, z + 3, 1, two));
	}
}

/* Bytes [0, 8) of two accesses, any place and length. */
static void every_overlap(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 9 * 9 * 3; i++) {
		static const uint32_t sizes[] = { 1, 2, 4 };
		uint32_t at = i / 27 % 9, size = sizes[i / 9 % 3], other = i % 9;
		bool common = at < other + 2 && other < at + size;
		uint64_t x = play_memory();

		assert_false(play_touch(&a, x + at, size, RACE_WRITE));
		assert_int_equal(play_touch(&b, x + other, 2, RACE_READ), common);
	}
}

/* The first and the last byte of an access count, whatever lies between. */
static void accesses_across_granules(void **state)
{
	static const uint32_t sizes[] = { 4, 8, 16, 31, 200 };

	(void)state;
	for (uint32_t i = 0; i < 5 * 8; i++) {
		uint32_t size = sizes[i / 8], at = 8 + i % 8;
		uint64_t x = play_memory();

		for (int room = 0; room < 4; room++)
			play_memory();
		assert_false(play_touch(&a, x + at, size, RACE_WRITE));
		assert_false(play_touch(&b, x + at - 1, 1, RACE_WRITE));
		assert_false(play_touch(&b, x + at + size, 1, RACE_WRITE));
		assert_true(play_touch(&b, x + at, 1, RACE_READ));
		assert_true(play_touch(&c, x + at + size - 1, 1, RACE_READ));
		assert_true(play_touch(&d, x + at, size, RACE_READ));
	}
}

static void nothing_is_touched_by_no_bytes(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 0, RACE_WRITE));
	assert_false(play_touch(&b, x, 8, RACE_WRITE));
	assert_false(play_touch(&a, x, 0, RACE_WRITE));
}

static bool play_done(struct player *player, uint64_t addr, uint64_t bytes, bool write)
{
	play_as(player);
	return race_access_is_done(addr, bytes, write);
}

/* What the thread did in this epoch is done, byte by byte and no more strongly than it was. */
static void own_bytes_are_done(void **state)
{
	static const enum race_kind both[] = { RACE_READ, RACE_WRITE };

	(void)state;
	for (uint32_t i = 0; i < 2 * 2 * 8; i++) {
		bool wrote = i & 1, write = i & 2;
		uint64_t x = play_memory() + i / 4;

		play_memory(), play_memory(), play_memory();
		assert_false(play_done(&a, x, 20, write));
		assert_false(play_touch(&a, x, 20, both[wrote]));
		assert_int_equal(play_done(&a, x, 20, write), wrote || !write);
		assert_int_equal(play_done(&a, x + 5, 1, write), wrote || !write);
		assert_false(play_done(&a, x, 21, write));
		assert_false(play_done(&a, x - 1, 2, write));
		assert_false(play_done(&b, x, 20, write));
		play_order(&a, &c);
		assert_false(play_done(&a, x, 20, write));
		assert_false(play_done(&c, x, 20, write));
	}
}

/* Reading it, even often and by several, does not make a write forgotten. */
static void ordered_write_is_kept_beside_reads(void **state)
{
	uint64_t x = play_memory(), y = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 4, RACE_WRITE));
	assert_false(play_touch(&a, y, 4, RACE_WRITE));
	play_order(&a, &b);
	for (int i = 0; i < 3; i++) {
		assert_false(play_touch(&b, x, 4, RACE_READ));
		assert_false(play_touch(&b, y, 8, RACE_READ));
		play_order(&b, &c);
	}
	assert_false(play_touch(&c, y, 4, RACE_READ));
	assert_true(play_touch(&d, x, 1, RACE_READ));
	assert_true(play_touch(&d, y + 3, 1, RACE_READ));
}

/* ... nor does the write that others know stand for a read that they do not. */
static void read_is_kept_beside_its_write(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 8, RACE_WRITE));
	play_order(&a, &b);
	play_order(&a, &c);
	assert_false(play_touch(&b, x, 8, RACE_READ));
	assert_true(play_touch(&c, x + 7, 1, RACE_WRITE));
}

static void atomic_leaves_the_plain_access_known(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 4, RACE_WRITE));
	play_order(&a, &b);
	assert_false(play_touch(&b, x, 4, RACE_ATOMIC_WRITE));
	assert_true(play_touch(&c, x, 4, RACE_ATOMIC_READ)); /* with a's */
}

static void plain_access_leaves_the_atomic_known(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 4, RACE_ATOMIC_WRITE));
	play_order(&a, &b);
	assert_false(play_touch(&b, x, 4, RACE_READ));
	assert_true(play_touch(&c, x, 4, RACE_READ)); /* with a's */
}

/* An atomic write must not hide behind a later atomic read, nor the other way round. */
static void atomic_read_stands_for_no_write(void **state)
{
	uint64_t x = play_memory(), y = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 4, RACE_ATOMIC_WRITE));
	assert_false(play_touch(&a, x, 4, RACE_ATOMIC_READ));
	assert_true(play_touch(&b, x, 4, RACE_READ));
	assert_false(play_touch(&a, y, 4, RACE_ATOMIC_READ));
	assert_false(play_touch(&a, y, 4, RACE_ATOMIC_WRITE));
	assert_true(play_touch(&b, y, 4, RACE_READ));
}

/* Two atomics side by side in a granule, one stored, one only loaded. */
static void atomic_store_is_none_of_its_neighbour(void **state)
{
	uint64_t x = play_memory(), y = play_memory();

	(void)state;
	assert_false(play_touch(&a, y, 4, RACE_ATOMIC_READ));
	assert_false(play_touch(&a, y + 4, 4, RACE_ATOMIC_WRITE));
	assert_false(play_touch(&b, y, 4, RACE_READ));
	assert_false(play_touch(&a, x, 4, RACE_ATOMIC_WRITE));
	assert_false(play_touch(&a, x + 4, 4, RACE_ATOMIC_READ));
	assert_false(play_touch(&b, x + 4, 4, RACE_READ));
}

static void own_atomic_and_plain_in_one_epoch(void **state)
{
	uint64_t x = play_memory(), y = play_memory(), z = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 4, RACE_READ));
	assert_false(play_touch(&a, x, 4, RACE_ATOMIC_WRITE));
	assert_true(play_touch(&b, x, 4, RACE_ATOMIC_WRITE)); /* with the plain read */
	assert_true(play_touch(&c, x, 4, RACE_READ));         /* with an atomic write */
	assert_false(play_touch(&a, y, 4, RACE_ATOMIC_WRITE));
	assert_false(play_touch(&a, y, 4, RACE_WRITE));
	assert_true(play_touch(&b, y, 4, RACE_ATOMIC_READ));
	assert_false(play_touch(&a, z, 4, RACE_WRITE));
	assert_false(play_touch(&a, z, 4, RACE_ATOMIC_WRITE));
	assert_true(play_touch(&b, z, 4, RACE_ATOMIC_READ));
}

static void own_read_and_write_share_a_cell(void **state)
{
	uint64_t x = play_memory();
	race_cell *shadow = race_shadow_of(x);

	(void)state;
	assert_false(play_touch(&a, x, 4, RACE_READ));
	assert_false(play_touch(&a, x, 4, RACE_WRITE));
	assert_int_equal(race_cell_tid(shadow[0]), a.thread->tid);
	assert_int_equal(race_cell_plain(shadow[0]), 0x0f);
	assert_int_equal(race_cell_changed(shadow[0]), 0x0f);
	assert_int_equal(shadow[1], 0);
	assert_true(play_touch(&b, x, 4, RACE_READ));
}

/* `x++` in a later epoch: the write takes the older cell's place on its bytes. */
static void increment_supersedes_the_older_write(void **state)
{
	uint64_t x = play_memory();
	race_cell *shadow = race_shadow_of(x);

	(void)state;
	assert_false(play_touch(&a, x, 8, RACE_WRITE));
	play_order(&a, &b);
	assert_false(play_touch(&b, x, 4, RACE_READ));
	assert_false(play_touch(&b, x, 4, RACE_WRITE));
	assert_int_equal(race_cell_touched(shadow[1]), 0xf0);
	assert_false(play_touch(&b, x + 4, 4, RACE_READ));
	assert_false(play_touch(&b, x + 4, 4, RACE_WRITE));
	assert_int_equal(race_cell_changed(shadow[0]), 0xff);
	assert_int_equal(shadow[1], 0);
	assert_true(play_touch(&c, x + 4, 1, RACE_READ));
}

/* x++ beside another's x = 0 is one race, not one of its read and one of its write. */
static void increment_is_told_once(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 4, RACE_WRITE));
	assert_true(play_touch(&b, x, 4, RACE_READ));
	assert_false(play_touch(&b, x, 4, RACE_WRITE));
}

static void sites_of_a_granule_are_named_apart(void **state)
{
	uint64_t x = play_memory();
	uint32_t one = race_site_of(play_pc(), RACE_WRITE, 1);
	uint32_t two = race_site_of(play_pc(), RACE_WRITE, 2);
	uint32_t three = race_site_of(play_pc(), RACE_READ, 4);
	uint32_t site;

	(void)state;
	play_touch_from(&a, x, 1, RACE_WRITE, one);
	play_touch_from(&a, x + 2, 2, RACE_WRITE, two);
	play_touch_from(&a, x + 4, 4, RACE_READ, three);
	site = race_cell_site(race_shadow_of(x)[0]);
	assert_int_equal(race_shadow_of(x)[1], 0);
	assert_int_equal(race_site_find(site, 0x01, true, false), one);
	assert_int_equal(race_site_find(site, 0x08, true, true), two);
	assert_int_equal(race_site_find(site, 0x40, false, true), three);
}

/* A race told on one byte is no reason to forget what was done to the others. */
static void reads_beside_a_race_are_kept(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 1, RACE_WRITE));
	assert_false(play_touch(&a, x + 1, 1, RACE_READ));
	assert_true(play_touch(&b, x, 8, RACE_READ)); /* on byte 0 */
	play_order(&b, &c);
	assert_true(play_touch(&c, x + 1, 1, RACE_WRITE)); /* with a's read */
}

static void fresh_memory_has_no_past(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(play_touch(&a, x, 32, RACE_WRITE));
	assert_false(play_touch(&b, x + 64, 8, RACE_WRITE));
	play_as(&c);
	race_access_fresh(x, 32, race_site_of(play_pc(), RACE_ALLOC, 0));
	play_as(&play_main);
	assert_false(play_touch(&c, x, 16, RACE_WRITE));
	assert_true(play_touch(&d, x + 24, 1, RACE_READ)); /* with the allocation */
	assert_true(play_touch(&d, x, 8, RACE_READ));
}

static void without_threads_nothing_is_kept(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	assert_false(race_runtime.threaded);
	assert_false(play_touch(&play_main, x, 8, RACE_WRITE));
	race_access_fresh(x, 8, 1);
	assert_int_equal(race_shadow_of(x)[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_threads_nothing_is_kept), /* first */
		PLAY_TEST(every_pair_of_kinds),
		PLAY_TEST(own_bytes_are_done),
		PLAY_TEST(every_overlap),
		PLAY_TEST(accesses_across_granules),
		PLAY_TEST(nothing_is_touched_by_no_bytes),
		PLAY_TEST(ordered_write_is_kept_beside_reads),
		PLAY_TEST(read_is_kept_beside_its_write),
		PLAY_TEST(atomic_leaves_the_plain_access_known),
		PLAY_TEST(plain_access_leaves_the_atomic_known),
		PLAY_TEST(atomic_read_stands_for_no_write),
		PLAY_TEST(atomic_store_is_none_of_its_neighbour),
		PLAY_TEST(own_atomic_and_plain_in_one_epoch),
		PLAY_TEST(own_read_and_write_share_a_cell),
		PLAY_TEST(increment_supersedes_the_older_write),
		PLAY_TEST(increment_is_told_once),
		PLAY_TEST(sites_of_a_granule_are_named_apart),
		PLAY_TEST(reads_beside_a_race_are_kept),
		PLAY_TEST(fresh_memory_has_no_past),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
