/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_rebind.c - rebind: a library that was bound to libc calls us from then on.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "heap.h"
#include "rebind.h"

/* With RTLD_DEEPBIND its operator new calls libc's malloc, where we hear nothing of it. */
static void a_library_is_turned_to_us(void **state)
{
	void *library = dlopen("libstdc++.so.6", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
	void *(*allocate)(size_t) = (void *(*)(size_t))dlsym(library, "_Znwm");
	struct race_block block;

	(void)state;
	assert_non_null(allocate);
	assert_false(race_heap_find((uint64_t)allocate(104), &block) && block.bytes == 104);
	race_rebind_init();
	assert_true(race_heap_find((uint64_t)allocate(104), &block));
	assert_int_equal(block.bytes, 104);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_library_is_turned_to_us) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
