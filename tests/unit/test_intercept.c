/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept.c - finding the real functions: not ours, the right version, errno and
 * dlerror untouched; and which stand-ins are seen by whom.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#include "child.h"
#include "intercept.h"

static bool in_libc(const void *function)
{
	Dl_info info;

	return dladdr(function, &info) && strstr(info.dli_fname, "libc.so");
}

static void real_function_is_libcs(void **state)
{
	static const char *const names[] = {
		"malloc", "free", "pthread_create", "pthread_mutex_lock", "read", "sem_post",
		"pthread_cond_wait", "thrd_create", "mmap", "epoll_wait", "_exit",
	};

	(void)state;
	for (uint32_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		void *real = race_real_find(names[i]);

		assert_true(in_libc(real));
		assert_ptr_not_equal(real, dlsym(RTLD_DEFAULT, names[i]));
	}
	assert_ptr_equal(race_real_find("malloc"), dlsym(RTLD_NEXT, "malloc"));
}

/* Their first version works on a smaller object. */
static void condition_variables_are_the_new_ones(void **state)
{
	(void)state;
	assert_ptr_equal(race_real_find("pthread_cond_wait"),
			 dlvsym(RTLD_NEXT, "pthread_cond_wait", "GLIBC_2.3.2"));
	/* One that came later has no such version, and is found all the same. */
	assert_true(in_libc(race_real_find("pthread_cond_clockwait")));
}

static void errno_and_dlerror_are_the_programs(void **state)
{
	(void)state;
	dlerror();
	errno = 77;
	race_real_find("pthread_cond_clockwait"); /* fails once inside */
	assert_int_equal(errno, 77);
	assert_null(dlerror());
	assert_false(race_is_busy());
}

/* An error of the program's own that it has not fetched yet. */
static void dlerror_of_the_program_is_kept(void **state)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

	(void)state;
	assert_null(dlsym(RTLD_DEFAULT, "no such function anywhere"));
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
	free(malloc(1));
	assert_non_null(dlerror());
}

static void known_function_is_not_looked_up(void **state)
{
	void *known = NULL;

	(void)state;
	assert_ptr_equal(race_real_function(&known, "malloc"), dlsym(RTLD_NEXT, "malloc"));
	known = &known;
	assert_ptr_equal(race_real_function(&known, "malloc"), &known);
}

static void find(const void *name)
{
	race_real_find(name);
}

static void missing_function_ends_with_its_name(void **state)
{
	char line[512];

	(void)state;
	assert_int_equal(child_stderr(find, "no_such_function", line, sizeof(line)), 1);
	assert_non_null(strstr(line, "no_such_function"));
	assert_true(child_said_one_line(line));
}

/* Both names of a stand-in are one function, and libraries see it; where it matters who
 * calls, they are two. */
int __race_pthread_mutex_unlock(pthread_mutex_t *mutex);
void *__race_malloc(size_t bytes);

static void stand_ins_have_both_names(void **state)
{
	(void)state;
	assert_ptr_equal((void *)__race_pthread_mutex_unlock, (void *)pthread_mutex_unlock);
	assert_ptr_not_equal((void *)__race_malloc, (void *)malloc);
	assert_ptr_equal(dlsym(RTLD_DEFAULT, "malloc"), (void *)malloc);
	assert_ptr_equal(dlsym(RTLD_DEFAULT, "pthread_mutex_lock"),
			 (void *)pthread_mutex_lock);
}

static void watching_stops_inside_the_runtime(void **state)
{
	bool threaded = race_runtime.threaded;

	(void)state;
	race_runtime.threaded = true;
	assert_true(race_is_watching());
	assert_true(race_is_threaded());
	race_enter();
	assert_false(race_is_watching());
	assert_false(race_is_threaded());
	race_leave();
	race_runtime.threaded = false;
	assert_true(race_is_watching());
	assert_false(race_is_threaded());
	race_runtime.threaded = threaded;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_function_is_libcs),
		cmocka_unit_test(condition_variables_are_the_new_ones),
		cmocka_unit_test(errno_and_dlerror_are_the_programs),
		cmocka_unit_test(dlerror_of_the_program_is_kept),
		cmocka_unit_test(known_function_is_not_looked_up),
		cmocka_unit_test(missing_function_ends_with_its_name),
		cmocka_unit_test(stand_ins_have_both_names),
		cmocka_unit_test(watching_stops_inside_the_runtime),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
