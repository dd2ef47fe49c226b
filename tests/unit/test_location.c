/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_location.c - what an address is: a stack, thread-local memory, a block, a symbol.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "location.h"

#define NOWHERE 0x7e0000000000ull

static __thread int own;
long test_datum[4];
static struct race_location location;
static struct race_names names;

static void find(uint64_t addr)
{
	names.used = 0;
	race_location_find(addr, 4, NULL, NULL, &location, &names);
}

static void own_stack(void **state)
{
	int local = 1;

	(void)state;
	find((uint64_t)&local);
	assert_int_equal(location.kind, RACE_LOCATION_STACK);
	assert_int_equal(location.owner, 0);
}

static void own_thread_local(void **state)
{
	(void)state;
	find((uint64_t)&own);
	assert_int_equal(location.kind, RACE_LOCATION_TLS);
	assert_int_equal(location.owner, 0);
}

static void symbol(void **state)
{
	(void)state;
	find((uint64_t)&test_datum[1]);
	assert_int_equal(location.kind, RACE_LOCATION_SYMBOL);
	assert_string_equal(location.datum.symbol, "test_datum");
	assert_int_equal(location.datum.offset, 8);
	assert_non_null(location.datum.module);
}

static void block(void **state)
{
	(void)state;
	find(NOWHERE);
	assert_int_equal(location.kind, RACE_LOCATION_UNKNOWN);
	race_heap_note(race_self(), NOWHERE, 24, (uint64_t)block + 1);
	find(NOWHERE + 8);
	assert_int_equal(location.kind, RACE_LOCATION_HEAP);
	assert_int_equal(location.offset, 8);
	assert_string_equal(location.allocation.frame[0].function, "block()");
	race_heap_forget(NOWHERE);
	find(NOWHERE + 8);
	assert_int_equal(location.kind, RACE_LOCATION_HEAP);
	assert_true(location.block.freed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_stack), cmocka_unit_test(own_thread_local),
		cmocka_unit_test(symbol), cmocka_unit_test(block),
	};

	race_thread_init();
	race_module_refresh();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
