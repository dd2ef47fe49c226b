/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_libc.c - a call of libc is an access of its caller's: as far as the
 * function looked, no further, and with errno as the function left it.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "play.h"

extern __typeof__(strlen) __race_strlen;
extern __typeof__(strcmp) __race_strcmp;
extern __typeof__(strcat) __race_strcat;
extern __typeof__(strtol) __race_strtol;
extern __typeof__(memchr) __race_memchr;
extern __typeof__(strncasecmp) __race_strncasecmp;

/* Does b's write of one byte race with what a's call touched? */
static bool touched(const char *byte)
{
	return play_touch(&b, (uint64_t)byte, 1, RACE_WRITE);
}

static void strings_end(void **state)
{
	static char s[32] = "four", t[32] = "fox", to[32] = "ab";

	(void)state;
	play_as(&a);
	assert_int_equal(__race_strlen(s), 4);
	assert_true(__race_strcmp(s + 8, t + 8) == 0);
	assert_ptr_equal(__race_strcat(to, t), to);
	play_as(&play_main);
	assert_true(touched(s + 4));
	assert_false(touched(s + 5));
	assert_true(touched(t + 8));
	assert_true(touched(t + 3));
	assert_false(touched(t + 4));
	assert_true(touched(to));
	assert_true(touched(to + 5));
	assert_false(touched(to + 6));
}

static void comparisons_stop_at_the_difference(void **state)
{
	static char s[32] = "Maximal", t[32] = "mAxiom";

	(void)state;
	play_as(&a);
	assert_int_equal(__race_strncasecmp(s, t, 4), 0);
	assert_ptr_equal(__race_memchr(s + 16, 0, 9), s + 16);
	play_as(&play_main);
	assert_true(touched(s + 3));
	assert_false(touched(s + 4));
	assert_true(touched(s + 16));
	assert_false(touched(s + 17));
}

static void numbers_keep_errno_and_end(void **state)
{
	static char s[32] = "99999999999999999999 x";
	char *end;

	(void)state;
	play_as(&a);
	errno = 0;
	assert_true(__race_strtol(s, &end, 10) == __LONG_MAX__);
	assert_int_equal(errno, ERANGE);
	assert_ptr_equal(end, s + 20);
	errno = 7;
	assert_int_equal(__race_strtol(s + 24, NULL, 10), 0);
	assert_int_equal(errno, 7);
	play_as(&play_main);
	assert_true(touched(s + 20));
	assert_false(touched(s + 21));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(strings_end),
		PLAY_TEST(comparisons_stop_at_the_difference),
		PLAY_TEST(numbers_keep_errno_and_end),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
