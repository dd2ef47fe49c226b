/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_misuse_thread.c - a handle is known as joined or detached until another thread has it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "misuse.h"
#include "play.h"

static uint64_t found;

static bool join_tells(uint64_t handle, uint64_t pc)
{
	uint64_t before = found;

	race_misuse_join(race_self(), handle, RACE_MISUSE_JOINED, pc);
	found = race_finding_count();
	return found > before;
}

static void until_another_begins(void **state)
{
	struct race_thread *self = race_self();

	(void)state;
	assert_false(join_tells(0x1000, 1));
	race_misuse_gone(self, 0x1000, 7, RACE_MISUSE_JOINED, 2);
	assert_true(join_tells(0x1000, 3));
	race_misuse_begins(0x1000, 8, NULL);
	assert_false(join_tells(0x1000, 4));
}

/* Its creator may be faster than it. */
static void detached_before_it_begins(void **state)
{
	(void)state;
	race_misuse_gone(race_self(), 0x2000, 7, RACE_MISUSE_DETACHED, 5);
	race_misuse_begins(0x2000, 7, NULL);
	assert_true(join_tells(0x2000, 6));
}

static void born_detached(void **state)
{
	struct race_hold place = { 0 };

	(void)state;
	race_misuse_begins(0x3000, 9, &place);
	assert_false(join_tells(0x3000, 7));
	race_misuse_note(&place, race_self(), 1, 9 << 1 | RACE_MISUSE_DETACHED, 8);
	race_misuse_begins(0x3000, 9, &place);
	assert_true(join_tells(0x3000, 9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(until_another_begins),
		cmocka_unit_test(detached_before_it_begins),
		cmocka_unit_test(born_detached),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
