/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept.c - finding the real functions (intercept.h): the next ones of that name
 * behind us, unless the link itself has one.
 */
#define _GNU_SOURCE
#include "intercept.h"

#include <dlfcn.h>

#include "print.h"

static void *look_up(const char *name)
{
	void *function = NULL;

	if (RACE_STATIC)
		return NULL;
	/* Condition variables have an old, smaller form under their first version. */
	if (__builtin_strncmp(name, "pthread_cond_", 13) == 0)
		function = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
	return function ? function : dlsym(RTLD_NEXT, name);
}

static void *real_of(const struct race_real *real)
{
	return real->linked != real->own ? real->linked : look_up(real->name);
}

void race_intercept_init(void)
{
	for (const struct race_real *real = race_reals_begin; real < race_reals_end; real++)
		race_store(real->function, real_of(real));
	if (!RACE_STATIC)
		dlerror();
}

/* A C++ library that came with one opened later is behind nobody. */
static void *look_up_cxx(const char *name)
{
	static const char *const libraries[] = { "libstdc++.so.6", "libc++.so.1", "libc++abi.so.1" };
	void *library, *function = NULL;

	for (size_t i = 0; !RACE_STATIC && !function && i < 3; i++) {
		library = dlopen(libraries[i], RTLD_LAZY | RTLD_NOLOAD);
		function = library ? dlsym(library, name) : NULL;
	}
	return function;
}

static void *real_named(const char *name)
{
	for (const struct race_real *real = race_reals_begin; real < race_reals_end; real++)
		if (__builtin_strcmp(real->name, name) == 0)
			return real_of(real);
	return look_up(name);
}

/* Before race_intercept_init, or for a function that this libc does not have. */
void *race_real_find(const char *name)
{
	int kept = errno;
	void *function;

	race_enter();
	function = real_named(name);
	if (!function)
		function = look_up_cxx(name);
	if (!function)
		race_die(1, "the program's libraries have no ", name,
		         RACE_STATIC ? ": link it with race-clang, against glibc 2.34 or later" :
		                       ": link it dynamically, against glibc 2.34 or later");
	race_leave();
	errno = kept;
	return function;
}
