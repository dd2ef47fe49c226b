/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_misuse.c - what is told of a single call on a lock, and what cannot be shown.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "misuse.h"
#include "play.h"

static uint64_t found;

static bool told(void)
{
	uint64_t before = found;

	found = race_finding_count();
	return found > before;
}

static void destroyed_until_made(void **state)
{
	struct race_thread *self = race_self();
	static int lock;

	(void)state;
	assert_false(race_misuse_is_destroyed((uint64_t)&lock));
	race_misuse_destroyed(self, (uint64_t)&lock, 1);
	assert_true(race_misuse_is_destroyed((uint64_t)&lock));
	assert_false(race_misuse_is_destroyed((uint64_t)&lock + 4));
	race_misuse_made((uint64_t)&lock);
	assert_false(race_misuse_is_destroyed((uint64_t)&lock));
}

/* That a reader has it whom no list knows, shows nothing. */
static void readers_not_known(void **state)
{
	struct race_thread *self = race_self();
	struct player other;
	static int lock;

	(void)state;
	play_birth(&other);
	race_misuse_unlock_read(self, (uint64_t)&lock, 1, 11);
	assert_false(told());
	play_as(&other);
	race_held_push(other.thread, (uint64_t)&lock, RACE_HOLD_READ, 12);
	play_as(&play_main);
	race_misuse_unlock_read(self, (uint64_t)&lock, 2, 13);
	assert_false(told());
	race_misuse_unlock_read(self, (uint64_t)&lock, 1, 14);
	assert_true(told());
	/* It stands no more in the other's list. */
	assert_null(race_held_find(other.thread, (uint64_t)&lock));
	race_misuse_unlock_read(self, (uint64_t)&lock, 0, 15);
	assert_true(told());
}

static void custom_both_ways(void **state)
{
	struct race_thread *self = race_self();
	static int lock;

	(void)state;
	race_misuse_unlock_custom(self, (uint64_t)&lock, true, 21);
	assert_false(told());
	race_held_push(self, (uint64_t)&lock, RACE_HOLD_CUSTOM, 22);
	race_misuse_unlock_custom(self, (uint64_t)&lock, true, 23);
	assert_true(told());
	race_held_push(self, (uint64_t)&lock, RACE_HOLD_CUSTOM_READ, 24);
	race_misuse_unlock_custom(self, (uint64_t)&lock, true, 25);
	race_misuse_unlock_custom(self, (uint64_t)&lock, false, 26);
	assert_false(told());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destroyed_until_made),
		cmocka_unit_test(readers_not_known),
		cmocka_unit_test(custom_both_ways),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
