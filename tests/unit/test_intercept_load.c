/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_load.c - who opens a library knows its first opener's past up to there,
 * and nothing of who opened it as it was open already.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <pthread.h>

#include "intercept.h"

void __race_opening(void);
void __race_opened(void *handle);

static uint64_t before, behind;
static void *library;

static void *opens(void *unused)
{
	before = __race_self.word;
	__race_opening();
	library = dlopen("libcmocka.so.0", RTLD_NOW); /* open for long */
	if (!library)
		library = dlopen(NULL, RTLD_NOW);
	__race_opened(library);
	behind = __race_self.word;
	return unused;
}

static void *opens_new(void *name)
{
	before = __race_self.word;
	__race_opening();
	library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	__race_opened(library);
	behind = __race_self.word;
	return name;
}

static void in_another(void *(*routine)(void *), void *arg)
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, routine, arg), 0);
	assert_int_equal(pthread_detach(thread), 0);
	while (race_thread_alive() > 1)
		sched_yield();
}

static void what_is_open_orders_nothing(void **state)
{
	(void)state;
	in_another(opens, NULL);
	__race_opening();
	__race_opened(library);
	assert_false(race_thread_knows(race_self(), before));
}

static void the_first_is_known_to_the_next(void **state)
{
	(void)state;
	in_another(opens_new, "libutil.so.1");
	assert_non_null(library);
	assert_false(race_thread_knows(race_self(), before));
	__race_opening();
	__race_opened(library);
	assert_true(race_thread_knows(race_self(), before));
	assert_false(race_thread_knows(race_self(), behind));
	assert_int_equal(dlclose(library), 0);
}

static void a_failure_is_nothing(void **state)
{
	uint64_t word = __race_self.word;

	(void)state;
	__race_opening();
	assert_null(dlopen("no such library", RTLD_NOW));
	__race_opened(NULL);
	assert_true(__race_self.word >= word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_open_orders_nothing),
		cmocka_unit_test(the_first_is_known_to_the_next),
		cmocka_unit_test(a_failure_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
