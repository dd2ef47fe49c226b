/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_again.c - what is said of races that were met again: those of a range, the most
 * frequent first, with their titles, and no more than fit on a screen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "again.h"
#include "seen.h"

static struct race_frames now, before, unknown;

static void name(uint32_t number, uint32_t line)
{
	now.count = before.count = 1;
	now.frame[0] = (struct race_frame){ .function = "inc()", .file = "/a/b/counter.c", .line = line };
	before.frame[0] = (struct race_frame){ .function = "value()" };
	race_seen_add(number, number);
	race_again_name(number, &now, &before);
}

static void meet(uint32_t number, int times)
{
	while (times--)
		race_seen_again(number);
}

static const char *printed(uint32_t first, uint32_t last)
{
	static struct race_text text;

	text.used = 0;
	race_again_print(&text, first, last);
	race_text_bytes(&text, "", 1);
	return text.data;
}

static void most_frequent_first(void **state)
{
	(void)state;
	name(1, 21);
	name(2, 22);
	name(3, 23);
	assert_string_equal(printed(1, 3), "");
	meet(1, 2);
	meet(3, 7);
	assert_string_equal(printed(1, 3), "Met again 7 time(s): inc() counter.c:23 and value()\n"
					   "Met again 2 time(s): inc() counter.c:21 and value()\n");
	assert_string_equal(printed(1, 2), "Met again 2 time(s): inc() counter.c:21 and value()\n");
	race_seen_add(4, 4);
	race_again_name(4, &unknown, &unknown);
	meet(4, 1);
	assert_string_equal(printed(4, 4), "Met again 1 time(s): ?\?() and ?\?()\n");
}

static void a_list_of_thousands_is_cut(void **state)
{
	const char *at;
	int lines = 0;

	(void)state;
	name(9000, 1); /* far beyond the room there is */
	for (uint32_t i = 5000; i < 9000; i++) {
		name(i, i);
		meet(i, 3);
	}
	meet(9000, 4);
	at = printed(5000, 9000);
	assert_int_equal(strncmp(at, "Met again 4 time(s): inc() counter.c:1 and", 42), 0);
	for (; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(most_frequent_first),
		cmocka_unit_test(a_list_of_thousands_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
