/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_site.c - numbers for places, and pairs of them that still tell which byte was
 * touched from where; what is left to say when the numbers are used up.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>


#include "child.h"
#include "site.h"

static void a_place_has_one_number(void **state)
{
	uint32_t one = race_site_of(0x401000, RACE_WRITE, 4);
	struct race_place place = race_site_place(one);

	(void)state;
	assert_int_not_equal(one, 0);
	assert_int_equal(race_site_of(0x401000, RACE_WRITE, 4), one);
	assert_int_not_equal(race_site_of(0x401001, RACE_WRITE, 4), one);
	assert_int_not_equal(race_site_of(0x401000, RACE_READ, 4), one);
	assert_int_not_equal(race_site_of(0x401000, RACE_WRITE, 8), one);
	assert_int_equal(place.pc, 0x401000);
	assert_int_equal(place.kind, RACE_WRITE);
	assert_int_equal(place.bytes, 4);
	assert_int_equal(race_site_place(0).pc, 0);
}

static void large_sizes_are_kept_as_the_largest(void **state)
{
	(void)state;
	assert_int_equal(race_site_place(race_site_of(0x402000, RACE_READ, 1 << 20)).bytes,
			 UINT16_MAX);
}

static void static_site_learns_its_number(void **state)
{
	struct race_site site = { .bytes = 8, .kind = RACE_ATOMIC_READ };
	uint32_t number = race_site_enter(&site, 0x403000);

	(void)state;
	assert_int_equal(site.id, number);
	assert_int_equal(race_site_of(0x403000, RACE_ATOMIC_READ, 8), number);
}

static void pair_tells_its_leaves_apart(void **state)
{
	uint32_t read = race_site_of(0x404000, RACE_READ, 4);
	uint32_t write = race_site_of(0x404010, RACE_WRITE, 2);
	uint32_t atomic = race_site_of(0x404020, RACE_ATOMIC_WRITE, 1);
	uint32_t two = race_site_pair(read, 0xff, write, 0x30);
	uint32_t three = race_site_pair(two, 0xff, atomic, 0x80);

	(void)state;
	assert_int_equal(race_site_pair(read, 0xff, write, 0x30), two);
	assert_int_not_equal(race_site_pair(read, 0xff, write, 0x10), two);
	assert_int_equal(race_site_find(two, 0x10, false, false), write);
	assert_int_equal(race_site_find(two, 0x01, false, false), read);
	assert_int_equal(race_site_find(two, 0x01, true, false), 0);
	assert_int_equal(race_site_find(three, 0x80, false, false), atomic);
	assert_int_equal(race_site_find(three, 0x80, false, true), read);
	assert_int_equal(race_site_find(three, 0x20, true, true), write);
	assert_int_equal(race_site_find(three, 0x02, false, false), read);
	assert_int_equal(race_site_find(three, 0x80, true, false), atomic);
	assert_int_equal(race_site_find(read, 0xff, true, false), 0);
	assert_int_equal(race_site_find(0, 0xff, false, false), 0);
	assert_int_equal(race_site_find_read(two, 0x01), read);
	assert_int_equal(race_site_find_read(write, 0xff), 0);
}

static void pair_with_nobody_is_the_other(void **state)
{
	uint32_t leaf = race_site_of(0x405000, RACE_READ, 4);

	(void)state;
	assert_int_equal(race_site_pair(0, 0xff, leaf, 1), leaf);
	assert_int_equal(race_site_pair(leaf, 0xff, 0, 1), leaf);
	assert_int_equal(race_site_pair(0, 0xff, 0, 1), 0);
}

/* Two places that take turns, byte by byte, and a third. */
static void a_leaf_stands_in_a_pair_once(void **state)
{
	uint32_t read = race_site_of(0x405100, RACE_READ, 1);
	uint32_t write = race_site_of(0x405110, RACE_WRITE, 1);
	uint32_t other = race_site_of(0x405120, RACE_WRITE, 1);
	uint32_t both = race_site_pair(read, 0x01, write, 0x02);
	uint32_t all = race_site_pair(both, 0x03, other, 0x04), again;

	(void)state;
	assert_int_equal(race_site_pair(both, 0x03, write, 0x02), both);
	again = race_site_pair(race_site_pair(both, 0x03, read, 0x04), 0x07, write, 0x08);
	assert_int_equal(again, race_site_pair(read, 0x05, write, 0x0a));
	assert_int_equal(race_site_find(again, 0x04, false, false), read);
	assert_int_equal(race_site_find(again, 0x0a, true, false), write);
	assert_int_equal(race_site_find(again, 0x05, true, false), 0);

	again = race_site_pair(all, 0x07, read, 0x08);
	assert_int_equal(again, race_site_pair(race_site_pair(write, 0x02, other, 0x04), 0x06,
	                                       read, 0x09));
	assert_int_equal(race_site_find(again, 0x01, false, false), read);
	assert_int_equal(race_site_find(again, 0x02, false, false), write);
	assert_int_equal(race_site_find(again, 0x04, false, false), other);
	again = race_site_pair(all, 0x07, write, 0x08);
	assert_int_equal(race_site_find(again, 0x01, false, false), read);
	assert_int_equal(race_site_find(again, 0x0a, false, false), write);
}

static void joined_sites_are_found_by_their_bytes(void **state)
{
	uint32_t leaf[4], one, two, both;

	(void)state;
	for (int i = 0; i < 4; i++)
		leaf[i] = race_site_of(0x405200 + 16 * i, i & 1 ? RACE_WRITE : RACE_READ, 1);
	one = race_site_pair(leaf[0], 0x01, leaf[1], 0x02);
	two = race_site_pair(leaf[2], 0x04, leaf[3], 0x08);
	both = race_site_join(one, 0x03, two, 0x0c);
	for (int i = 0; i < 4; i++)
		assert_int_equal(race_site_find(both, 1 << i, false, false), leaf[i]);
	assert_int_equal(race_site_join(one, 0x03, one, 0x03), one);
	assert_int_equal(race_site_join(one, 0x03, leaf[2], 0x04),
	                 race_site_pair(one, 0x03, leaf[2], 0x04));
	assert_int_equal(race_site_join(one, 0x03, 0, 0x04), one);
}

/* Of an atomic cell's bytes only the places say which were written: a plain read beside the
 * others is no race. */
static bool atomics_tell_their_bytes(uint64_t pc)
{
	uint32_t load = race_site_of(pc, RACE_ATOMIC_READ, 4);
	uint32_t store = race_site_of(pc + 16, RACE_ATOMIC_WRITE, 4);
	uint32_t pair = race_site_pair(store, 0x0f, load, 0xf0);
	uint32_t turned = race_site_pair(load, 0x0f, store, 0xf0);

	return race_site_find(pair, 0x0f, true, false) == store &&
	       !race_site_find(pair, 0xf0, true, false) &&
	       race_site_find(turned, 0xf0, true, false) == store &&
	       !race_site_find(turned, 0x0f, true, false);
}

/* First pairs stop to tell whose bytes are whose; then there are no more, and the one that wrote
 * stands for both; places go on, until they are nobody's, which is said once. In a child: it uses
 * up the table. */
static bool use_up_the_pairs(void)
{
	uint32_t read = race_site_of(0x406000, RACE_READ, 4);
	uint32_t write = race_site_of(0x406010, RACE_WRITE, 4);
	uint32_t other = race_site_of(0x406020, RACE_READ, 4);
	uint32_t leaf[200], pair, both;

	for (uint32_t before = 1; before < 0xff; before++)
		for (uint32_t mask = 1; mask <= 0xff; mask++)
			race_site_pair(read, before, other, mask);
	pair = race_site_pair(read, 0x0f, write, 0xf0);
	if (race_site_pair(read, 0x01, write, 0x40) != pair ||
	    race_site_find(pair, 0x01, false, false) != write ||
	    race_site_find_read(pair, 0x01) != read ||
	    race_site_find(race_site_pair(write, 1, read, 2), 0x02, true, false) != write ||
	    !atomics_tell_their_bytes(0x406100) || race_site_coarse != 0xffff)
		return false;
	/* There a leaf keeps its place. */
	both = race_site_pair(pair, 0xff, other, 0x01);
	if (race_site_pair(both, 0xff, write, 0x02) != both ||
	    race_site_pair(both, 0xff, read, 0x02) != both ||
	    race_site_pair(pair, 0xff, read, 0x02) != pair)
		return false;
	for (uint32_t i = 0; i < 200; i++)
		leaf[i] = race_site_of(0x407000 + 16 * i, RACE_READ, 1);
	for (uint32_t i = 0; i < 200 * 200; i++)
		race_site_pair(leaf[i / 200], 1, leaf[i % 200], 2);
	return atomics_tell_their_bytes(0x406200) &&
	       race_site_pair(leaf[0], 0xff, write, 0x40) == write &&
	       race_site_pair(write, 0xff, leaf[0], 0x41) == write &&
	       race_site_pair(other, 0xff, leaf[0], 0x42) == leaf[0];
}

static bool use_up_the_table(void)
{
	uint32_t last, places = 0;

	if (!use_up_the_pairs())
		return false;
	do {
		last = race_site_of(0x500000 + 16 * places++, RACE_READ, 1);
		if (last == RACE_SITE_LENT)
			return false;
	} while (last && places < 1 << 17);
	return places > 10000 && places < 1 << 16 && !race_site_of(1, RACE_READ, 1) &&
	       race_site_of(0x406000, RACE_READ, 4) != 0;
}

static void use_it_up(const void *unused)
{
	(void)unused;
	_exit(use_up_the_table() ? 7 : 8);
}

static void short_of_numbers_it_says_so_once(void **state)
{
	char line[1024];

	(void)state;
	assert_int_equal(child_stderr(use_it_up, NULL, line, sizeof(line)), 7);
	assert_true(child_said_one_line(line));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_has_one_number),
		cmocka_unit_test(large_sizes_are_kept_as_the_largest),
		cmocka_unit_test(static_site_learns_its_number),
		cmocka_unit_test(pair_tells_its_leaves_apart),
		cmocka_unit_test(pair_with_nobody_is_the_other),
		cmocka_unit_test(a_leaf_stands_in_a_pair_once),
		cmocka_unit_test(joined_sites_are_found_by_their_bytes),
		cmocka_unit_test(short_of_numbers_it_says_so_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
