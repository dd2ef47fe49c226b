/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_lock_name.c - locks of every kind, by their variable, their symbol, and the memory
 * they stand in.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "heap.h"
#include "lock_name.h"
#include "module.h"
#include "thread.h"

#define BLOCK 0x7e0000001000ull
#define NOWHERE 0x7d0000000000ull

/* This one is known by a note as the pass writes it: a std::mutex inside of something. */
char test_locks[96];
struct race_site test_lock_site[1];
/* This one by its symbol. */
pthread_mutex_t test_symbol[2];

__asm__(".pushsection .note.race, \"a\", @note\n"
	".balign 4\n"
	".long 5, 20, 1\n.ascii \"race\\0\\0\\0\\0\"\n"
	".long test_lock_site - ., 0, 0, 1f - ., 1\n"
	".popsection\n"
	".pushsection .rodata\n"
	".balign 4\n"
	"1: .long test_locks - ., 96, 2f - ., 3f - .\n"
	"2: .asciz \"/src/bank.cpp\"\n"
	"3: .ascii \"4\\nbank::all\\n\\n{struct bank\\n0\\n40\\nlock\\n{class std::mutex\\n\"\n"
	".asciz \"0\\n40\\n_M_mutex\\n=pthread_mutex_t\\n}40\\n56\\ntable\\n=pthread_rwlock_t\\n}\"\n"
	".popsection\n");

static struct race_names names;

static const char *name_of(uint64_t addr, enum race_hold_kind kind)
{
	struct race_hold hold = { .addr = addr, .kind = kind };

	names.used = 0;
	return race_lock_name(&hold, &names);
}

static void by_variable(void **state)
{
	(void)state;
	assert_string_equal(name_of((uint64_t)test_locks, RACE_HOLD_MUTEX), "mutex 'bank::all.lock'");
	assert_string_equal(name_of((uint64_t)test_locks + 40, RACE_HOLD_WRITE), "rwlock 'bank::all.table'");
	assert_string_equal(name_of((uint64_t)test_locks + 40, RACE_HOLD_READ), "rwlock 'bank::all.table'");
}

static void by_symbol(void **state)
{
	(void)state;
	assert_string_equal(name_of((uint64_t)&test_symbol[0], RACE_HOLD_MUTEX), "mutex 'test_symbol'");
	assert_string_equal(name_of((uint64_t)&test_symbol[1], RACE_HOLD_MUTEX), "mutex 'test_symbol+40'");
	assert_string_equal(name_of((uint64_t)&test_symbol[0], RACE_HOLD_SPIN), "spin lock 'test_symbol'");
}

static void by_memory(void **state)
{
	pthread_mutex_t local;
	char expected[100];

	(void)state;
	race_heap_note(race_self(), BLOCK, 64, (uint64_t)by_memory);
	assert_string_equal(name_of(BLOCK + 16, RACE_HOLD_MUTEX),
			    "mutex 0x7e0000001010 (at 16 in a heap block of size 64)");
	snprintf(expected, sizeof(expected), "mutex 0x%lx (on the stack of main thread)", (uint64_t)&local);
	assert_string_equal(name_of((uint64_t)&local, RACE_HOLD_MUTEX), expected);
	assert_string_equal(name_of(NOWHERE, RACE_HOLD_CUSTOM), "lock 0x7d0000000000");
}

static void by_kind(void **state)
{
	static const struct {
		enum race_hold_kind kind;
		const char *words;
	} kinds[] = {
		{ RACE_HOLD_MUTEX, "mutex" },	   { RACE_HOLD_SPIN, "spin lock" },
		{ RACE_HOLD_WRITE, "rwlock" },	   { RACE_HOLD_READ, "rwlock" },
		{ RACE_HOLD_CUSTOM, "lock" },	   { RACE_HOLD_CUSTOM_READ, "lock" },
		{ RACE_HOLD_FILE, "lock of the FILE" }, { RACE_HOLD_COND, "condition" },
		{ RACE_HOLD_BARRIER, "barrier" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char expected[64];

		snprintf(expected, sizeof(expected), "%s 0x7d0000000000", kinds[i].words);
		assert_string_equal(name_of(NOWHERE, kinds[i].kind), expected);
	}
}

/* Where names are full the report goes on. */
static void no_room(void **state)
{
	struct race_hold hold = { .addr = NOWHERE, .kind = RACE_HOLD_MUTEX };

	(void)state;
	names.used = sizeof(names.text) - 4;
	assert_string_equal(race_lock_name(&hold, &names), "");
}

static int start(void **state)
{
	(void)state;
	race_module_refresh();
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_variable), cmocka_unit_test(by_symbol), cmocka_unit_test(by_memory),
		cmocka_unit_test(by_kind),     cmocka_unit_test(no_room),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
