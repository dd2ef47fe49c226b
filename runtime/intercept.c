/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept.c - finding the real functions (intercept.h), and whether the link let us
 * stand in at all.
 */
#define _GNU_SOURCE
#include "intercept.h"

#include <dlfcn.h>

#include "print.h"

extern const struct race_real __start_race_reals[], __stop_race_reals[];

static void *look_up(const char *name)
{
	void *function = NULL;

	/* Condition variables have an old, smaller form under their first version. */
	if (__builtin_strncmp(name, "pthread_cond_", 13) == 0)
		function = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
	return function ? function : dlsym(RTLD_NEXT, name);
}

void race_intercept_init(void)
{
	for (const struct race_real *real = __start_race_reals; real < __stop_race_reals; real++)
		race_store(real->function, look_up(real->name));
	dlerror();
}

/* Before race_intercept_init, or for a function that this libc does not have. */
void *race_real_find(const char *name)
{
	int kept = errno;
	void *function;

	race_enter();
	function = look_up(name);
	if (!function)
		race_die(1, "the program's libraries have no ", name,
		         ": link it dynamically, against glibc 2.34 or later");
	race_leave();
	errno = kept;
	return function;
}
