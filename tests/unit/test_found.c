/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_found.c - what a race that was found becomes: a report that names both sides,
 * once for each pair of places, and with the function of libc that made the access.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "found.h"
#include "log.h"
#include "history.h"
#include "play.h"

static char folder[] = "/tmp/race_test_found.XXXXXX";
static char log_path[64], log_text[1 << 16];

static int begin(void **state)
{
	assert_non_null(mkdtemp(folder));
	snprintf(log_path, sizeof(log_path), "%s/log", folder);
	race_options.log_path = log_path;
	race_log_init();
	return play_begin(state);
}

static const char *log_take(void)
{
	char path[128];
	size_t used = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s.%d", log_path, (int)getpid());
	file = fopen(path, "r");
	if (file) {
		used = fread(log_text, 1, sizeof(log_text) - 1, file);
		fclose(file);
	}
	unlink(path);
	log_text[used] = 0;
	return log_text;
}

static int end(void **state)
{
	(void)state;
	log_take();
	return rmdir(folder);
}

static __attribute__((noinline)) void first_place(void)
{
	__asm__ volatile(".skip 64, 0x90");
}

static __attribute__((noinline)) void second_place(void)
{
	__asm__ volatile(".skip 65, 0x90");
}

static __attribute__((noinline)) void third_place(void)
{
	__asm__ volatile(".skip 66, 0x90");
}

static uint32_t times(const char *text, const char *word)
{
	uint32_t count = 0;

	for (; (text = strstr(text, word)); text++)
		count++;
	return count;
}

/* The n-th place of a function, as a site. */
static uint32_t site_in(void (*function)(void), uint32_t n, enum race_kind kind, uint32_t bytes)
{
	return race_site_of((uint64_t)function + 2 + n, kind, bytes);
}

static void both_sides_are_named(void **state)
{
	uint64_t x = play_memory();
	uint32_t write = site_in(first_place, 0, RACE_WRITE, 4);
	uint32_t read = site_in(second_place, 0, RACE_READ, 2);
	char line[256];
	const char *log;

	(void)state;
	race_thread_set_name(a.thread, "maker");
	assert_false(play_touch_from(&a, x, 4, RACE_WRITE, write));
	assert_true(play_touch_from(&b, x + 2, 2, RACE_READ, read));
	log = log_take();
	snprintf(line, sizeof(line), "Read of size 2 at 0x%llx by thread T%u:\n  second_place()\n",
		 (unsigned long long)x + 2, b.thread->life->number);
	assert_non_null(strstr(log, line));
	snprintf(line, sizeof(line), "Previous write of size 4 at 0x%llx by thread T%u 'maker':"
		 "\n  first_place()\n", (unsigned long long)x, a.thread->life->number);
	assert_non_null(strstr(log, line));
}

/* Of two places in one cell, the one that touched the byte, and did so in a racy way. */
static void previous_access_is_the_one_that_races(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	play_touch_from(&a, x, 1, RACE_WRITE, site_in(first_place, 10, RACE_WRITE, 1));
	play_touch_from(&a, x + 4, 1, RACE_WRITE, site_in(second_place, 10, RACE_WRITE, 1));
	play_touch_from(&a, x + 4, 4, RACE_READ, site_in(third_place, 10, RACE_READ, 4));
	log_take();
	assert_true(play_touch_from(&b, x + 4, 1, RACE_READ,
				    site_in(third_place, 20, RACE_READ, 1)));
	assert_non_null(strstr(log_take(), "second_place()"));
	assert_true(play_touch_from(&c, x, 1, RACE_READ,
				    site_in(third_place, 21, RACE_READ, 1)));
	assert_non_null(strstr(log_take(), "first_place()"));
	assert_true(play_touch_from(&d, x + 6, 1, RACE_WRITE,
				    site_in(first_place, 22, RACE_WRITE, 1)));
	assert_non_null(strstr(log_take(), "third_place()"));
}

/* A race in a hot loop is told once; other places, or other callers, are other races. */
static void same_places_are_told_once(void **state)
{
	uint32_t write = site_in(first_place, 30, RACE_WRITE, 4);
	uint32_t read = site_in(second_place, 30, RACE_READ, 4);
	void (*const callers[])(void) = { first_place, second_place, third_place };
	uint64_t reports = race_report_count();

	(void)state;
	for (int i = 0; i < 50; i++) {
		uint64_t x = play_memory();

		play_touch_from(&a, x, 4, RACE_WRITE, write);
		play_touch_from(&b, x, 4, RACE_READ, read);
	}
	assert_int_equal(race_report_count(), reports + 1);
	assert_int_equal(times(log_take(), "WARNING: DATA RACE"), 1);
	for (int caller = 0; caller < 3; caller++) {
		uint64_t x = play_memory();

		play_touch_from(&a, x, 4, RACE_WRITE, write);
		play_as(&b);
		*__race_self.stack++ = (uint64_t)callers[caller] + 30;
		race_history_add(&__race_self, __race_self.stack[-1]);
		race_access(b.thread, x, 4, RACE_READ, read);
		race_history_add(&__race_self, ~*--__race_self.stack);
		play_as(&play_main);
	}
	assert_int_equal(race_report_count(), reports + 4);
}

static void previous_stack_is_told_while_history_has_it(void **state)
{
	uint64_t x = play_memory(), y = play_memory();
	uint32_t write = site_in(first_place, 40, RACE_WRITE, 4);

	(void)state;
	play_as(&a);
	*__race_self.stack++ = (uint64_t)third_place + 40;
	race_history_add(&__race_self, __race_self.stack[-1]);
	race_access(a.thread, x, 4, RACE_WRITE, write);
	race_access(a.thread, y, 4, RACE_WRITE, write);
	race_history_add(&__race_self, ~*--__race_self.stack);
	play_as(&play_main);
	log_take();
	assert_true(play_touch(&b, x, 4, RACE_READ));
	assert_int_equal(times(log_take(), "third_place()"), 1);
	play_as(&a);
	for (int i = 0; i < 100000; i++)
		race_history_access(&__race_self, 0x1000 + i % 10 * 8, write);
	play_as(&play_main);
	assert_true(play_touch(&c, y, 4, RACE_READ));
	assert_int_equal(times(log_take(), "third_place()"), 0);
	assert_int_equal(times(log_text, "first_place()"), 1);
}

/* An access by libc, for who called it: the function's name, then the caller. */
static void function_of_libc_is_named(void **state)
{
	const struct race_function *function = RACE_FUNCTION("strange()");
	uint64_t x = play_memory(), pc = play_pc();
	char *told;

	(void)state;
	log_take();
	assert_false(play_touch_from(&a, x, 8, RACE_READ,
				     race_site_of_call(pc, RACE_READ, 0, function)));
	assert_true(play_touch(&b, x, 8, RACE_WRITE));
	told = strstr(log_take(), "Previous read at 0x");
	assert_non_null(told);
	told = strstr(told, ":\n  strange()\n      <libc>\n  ?");
	assert_non_null(told);
}

static void errno_and_guard_survive(void **state)
{
	uint64_t x = play_memory();

	(void)state;
	play_touch(&a, x, 4, RACE_WRITE);
	errno = 77;
	assert_true(play_touch(&b, x, 4, RACE_READ));
	assert_int_equal(errno, 77);
	assert_false(race_is_busy());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(both_sides_are_named),
		PLAY_TEST(previous_access_is_the_one_that_races),
		PLAY_TEST(same_places_are_told_once),
		PLAY_TEST(previous_stack_is_told_while_history_has_it),
		PLAY_TEST(function_of_libc_is_named),
		PLAY_TEST(errno_and_guard_survive),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
