/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_memory_stream.c - streams whose file is memory: found by stream and kind, until closed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "memory_stream.h"

static FILE *const one = (FILE *)0x1000, *const other = (FILE *)0x2000;
static char *text, place[10];
static size_t count;

static void add_both(void)
{
	race_self();
	race_memory_stream_add((struct race_memory_stream){ .stream = one, .is = { &text, &count, 1 } });
	race_memory_stream_add((struct race_memory_stream){ .stream = other, .memory = place, .bytes = 10 });
}

static void each_is_found_as_what_it_is(void **state)
{
	struct race_memory_stream found;

	(void)state;
	assert_false(race_memory_stream_find(one, true, &found, false));
	add_both();
	assert_true(race_memory_stream_find(one, true, &found, false));
	assert_ptr_equal(found.is.text, &text);
	assert_true(race_memory_stream_find(other, false, &found, false));
	assert_ptr_equal(found.memory, place);
	assert_int_equal(found.bytes, 10);
	assert_false(race_memory_stream_find(one, false, &found, true));
	assert_false(race_memory_stream_find(other, true, &found, true));
	assert_false(race_memory_stream_find((FILE *)0x3000, true, &found, true));
}

static void what_was_told_stays_until_it_is_closed(void **state)
{
	struct race_memory_stream found;

	(void)state;
	race_memory_stream_told(one, place, 7);
	race_memory_stream_told((FILE *)0x3000, place, 8);
	assert_true(race_memory_stream_find(one, true, &found, true));
	assert_ptr_equal(found.memory, place);
	assert_int_equal(found.bytes, 7);
	assert_false(race_memory_stream_find(one, true, &found, true));
	assert_true(race_memory_stream_find(other, false, &found, true));
	assert_false(race_memory_stream_find(other, false, &found, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_as_what_it_is),
		cmocka_unit_test(what_was_told_stays_until_it_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
