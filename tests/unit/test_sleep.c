/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_sleep.c - does a sleep lie between an earlier access and now? Told by epochs, and
 * within one by the history.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "play.h"
#include "sleep.h"

static struct player a;

static bool separates(race_cell c, uint64_t newer)
{
	struct race_past past = { .holds.known = true, .newer = newer, .end = a.words.history };
	struct race_stack stack;
	bool found = race_sleep_separates(race_self(), c, &past, &stack);

	if (found)
		assert_int_equal(stack.pc[0], 0x77);
	return found;
}

static void sleeps(void **state)
{
	race_cell early, same, late;

	(void)state;
	play_birth(&a);
	play_as(&a);
	early = __race_self.word;
	race_thread_tick(race_self());
	same = __race_self.word;
	play_as(&play_main);
	assert_false(separates(early, 0)); /* nobody slept */
	race_sleep_over(race_self(), 0x77);
	assert_true(separates(early, 0));
	play_as(&a);
	for (uint32_t i = 0; i < 5; i++)
		race_history_access(&__race_self, 0x1000, i);
	play_as(&play_main);
	assert_true(separates(same, 5)); /* as many events before the sleep as since */
	assert_true(separates(same, 9));
	assert_false(separates(same, 4));
	play_as(&a);
	race_thread_tick(race_self());
	late = __race_self.word;
	play_as(&play_main);
	assert_false(separates(late, 0));
	race_sleep_forget(race_self());
	assert_false(separates(early, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sleeps) };

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
