/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept.c - finding the real functions (intercept.h), and whether the link let us
 * stand in at all.
 */
#define _GNU_SOURCE
#include "intercept.h"

#include <dlfcn.h>

#include "print.h"

void *race_real_find(const char *name)
{
	void *function = NULL;
	int kept = errno;

	race_enter();
	/* Condition variables have an old, smaller form under their first version. */
	if (__builtin_strncmp(name, "pthread_cond_", 13) == 0)
		function = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
	if (!function)
		function = dlsym(RTLD_NEXT, name);
	if (!function)
		race_die(1, "the program's libraries have no ", name,
		         ": link it dynamically, against glibc 2.34 or later");
	/* The program's dlerror() is not to tell of our failed attempts. */
	dlerror();
	race_leave();
	errno = kept;
	return function;
}
