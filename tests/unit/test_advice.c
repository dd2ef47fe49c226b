/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_advice.c - the sentence that each constellation of facts leads to, and none where
 * they lead nowhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "advice.h"

static struct race_race race;
static struct race_told told;
static struct race_hold holds[8];
static uint32_t used;

static void facts(enum race_kind now, enum race_kind before)
{
	memset(&race, 0, sizeof(race));
	memset(&told, 0, sizeof(told));
	told.now.side = &race.now;
	told.before.side = &race.before;
	race.now.kind = now;
	race.before.kind = before;
	race.now.holds.known = race.before.holds.known = true;
	used = 0;
}

static void hold(struct race_told_side *side, uint64_t addr, enum race_hold_kind kind, const char *name)
{
	struct race_told_hold *made = &side->hold[side->holds++];

	holds[used] = (struct race_hold){ .addr = addr, .kind = kind };
	made->hold = &holds[used++];
	made->name = name;
}

static void assert_advice(const char *expected)
{
	assert_string_equal(race_advice(&told, &told.names), expected);
}

static void locks(void **state)
{
	(void)state;
	facts(RACE_READ, RACE_WRITE);
	hold(&told.before, 8, RACE_HOLD_MUTEX, "mutex 'a'");
	assert_advice("the previous write holds mutex 'a', this read does not: it belongs there, too");
	hold(&told.before, 16, RACE_HOLD_MUTEX, "mutex 'b'");
	assert_advice("the previous write holds mutex 'a' and mutex 'b', this read holds none: the one "
		      "that guards this memory belongs there, too");
	hold(&told.now, 24, RACE_HOLD_SPIN, "spin lock 'c'");
	assert_advice("this read holds spin lock 'c', the previous write holds mutex 'a' and mutex 'b': "
		      "only one and the same lock orders them");
}

static void readers(void **state)
{
	(void)state;
	facts(RACE_READ, RACE_WRITE);
	hold(&told.now, 8, RACE_HOLD_READ, "rwlock 'l'");
	hold(&told.before, 8, RACE_HOLD_READ, "rwlock 'l'");
	assert_advice("the previous write holds rwlock 'l' only for reading: lock it for writing");
	/* Both hold it alone, and race: the facts do not fit, nothing follows. */
	facts(RACE_WRITE, RACE_WRITE);
	hold(&told.now, 8, RACE_HOLD_MUTEX, "mutex 'm'");
	hold(&told.before, 8, RACE_HOLD_MUTEX, "mutex 'm'");
	assert_advice("");
}

static void others(void **state)
{
	(void)state;
	facts(RACE_READ, RACE_ATOMIC_WRITE);
	assert_advice("the previous atomic write is atomic, this read is not: an access that others "
		      "race with is to be atomic on both sides");
	facts(RACE_WRITE, RACE_FREE);
	assert_advice("the memory was freed before this write: it is used after its end");
	facts(RACE_FREE, RACE_READ);
	assert_advice("nothing makes the free wait until the read is over");
	facts(RACE_WRITE, RACE_WRITE);
	assert_advice("");
	/* What one side held is not known any more. */
	hold(&told.now, 8, RACE_HOLD_MUTEX, "mutex 'm'");
	race.before.holds.known = false;
	assert_advice("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locks),
		cmocka_unit_test(readers),
		cmocka_unit_test(others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
