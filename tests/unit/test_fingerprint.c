/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_fingerprint.c - what makes two races one, and what does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fingerprint.h"

static struct race_frames frames;

static struct race_frame *frame(const char *function, const char *file, uint32_t line)
{
	frames.count = 1;
	frames.frame[0] = (struct race_frame){ .function = function, .file = file, .line = line };
	return &frames.frame[0];
}

static uint64_t print(void)
{
	return race_fingerprint(RACE_WRITE, 4, NULL, &frames);
}

static void stacks(void **state)
{
	uint64_t one;

	(void)state;
	frame("f()", "/a/f.c", 3);
	one = print();
	frame("f()", "/b/f.c", 3)->pc = 7;
	assert_int_equal(print(), one);
	frame("f()", "/a/f.c", 4);
	assert_int_not_equal(print(), one);
	frame("g()", "/a/f.c", 3);
	assert_int_not_equal(print(), one);
	frame("f()", "/a/f.c", 3);
	assert_int_not_equal(race_fingerprint(RACE_READ, 4, NULL, &frames), one);
	assert_int_not_equal(race_fingerprint(RACE_WRITE, 4, "strlen()", &frames), one);
	/* Without lines: the place in the module, wherever that was loaded. */
	*frame("f()", NULL, 0) = (struct race_frame){ .function = "f()", .module = "/a/f.so", .module_offset = 16, .pc = 1 };
	one = print();
	*frame("f()", NULL, 0) = (struct race_frame){ .function = "f()", .module = "/b/f.so", .module_offset = 16, .pc = 2 };
	assert_int_equal(print(), one);
	frames.frame[0].module_offset = 17;
	assert_int_not_equal(print(), one);
}

static void pairs(void **state)
{
	(void)state;
	assert_int_equal(race_fingerprint_pair(1, 2), race_fingerprint_pair(2, 1));
	assert_int_not_equal(race_fingerprint_pair(1, 2), race_fingerprint_pair(1, 3));
	assert_int_not_equal(race_fingerprint_pair(0, 0), 0);
	assert_string_equal(race_basename("/a/b.c"), "b.c");
	assert_string_equal(race_basename("b.c"), "b.c");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(stacks), cmocka_unit_test(pairs) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
