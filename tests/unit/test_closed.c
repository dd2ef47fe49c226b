/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_closed.c - places in a library that is gone carry its number, and a library that
 * comes and goes again has one number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "closed.h"
#include "site.h"

#define LOW 0x7f0000100000ull
#define HIGH 0x7f0000180000ull

static uint32_t close_at(const char *path, uint64_t low)
{
	uint32_t site = race_site_of(low + 0x10, RACE_WRITE, 4);

	race_closed_add(race_file_note(path), low, low, low + 0x80000);
	return race_site_place(site).pc >> RACE_PC_BITS;
}

static void places_carry_the_number(void **state)
{
	uint32_t inside = race_site_of(LOW + 0x20, RACE_WRITE, 4);
	uint32_t outside = race_site_of(HIGH + 0x20, RACE_WRITE, 4);
	const struct race_closed *closed;
	uint64_t pc;

	(void)state;
	race_closed_add(race_file_note("/bin/sh"), LOW, LOW, HIGH);
	pc = race_site_place(inside).pc;
	assert_int_equal(pc & RACE_PC_MASK, LOW + 0x20);
	assert_int_not_equal(pc >> RACE_PC_BITS, 0);
	assert_int_equal(race_site_place(outside).pc, HIGH + 0x20);
	closed = race_closed_of(pc);
	assert_non_null(closed);
	assert_string_equal(closed->file->path, "/bin/sh");
	/* The same address is another place now. */
	assert_int_not_equal(race_site_of(LOW + 0x20, RACE_WRITE, 4), inside);
	/* An address alone means who was there last. */
	assert_ptr_equal(race_closed_of(LOW + 0x20), closed);
	assert_null(race_closed_of(HIGH + 0x20));
}

static void one_number_for_one_library(void **state)
{
	uint32_t first = close_at("/bin/sh", LOW), other = close_at("/bin/ls", LOW);

	(void)state;
	assert_int_not_equal(first, 0);
	assert_int_not_equal(other, first);
	assert_int_equal(close_at("/bin/sh", LOW), first);
	assert_int_not_equal(close_at("/bin/sh", LOW + 0x1000000), first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_carry_the_number),
		cmocka_unit_test(one_number_for_one_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
