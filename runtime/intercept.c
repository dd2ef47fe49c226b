/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept.c - finding the real functions (intercept.h): the next ones of that name
 * behind us, unless the link itself has one.
 */
#define _GNU_SOURCE
#include "intercept.h"

#include <dlfcn.h>
#include <link.h>

#include "print.h"

static void *look_up(void *where, const char *name)
{
	void *function = NULL;

	if (RACE_STATIC)
		return NULL;
	/* Condition variables have an old, smaller form under their first version. */
	if (__builtin_strncmp(name, "pthread_cond_", 13) == 0)
		function = dlvsym(where, name, "GLIBC_2.3.2");
	return function ? function : dlsym(where, name);
}

RACE_EXPORT void __race_opened(const struct link_map *handle);

bool race_is_second_runtime(void)
{
	return RACE_SHARED && dlsym(RTLD_DEFAULT, "__race_opened") != (void *)__race_opened;
}

RACE_EXPORT void __race_quick_exit(int status);

/* A name that no program takes the address of: see is_jump. */
bool race_intercept_is_first(void)
{
	return dlsym(RTLD_DEFAULT, "quick_exit") == (void *)__race_quick_exit;
}

/* Where a program that is not position-independent has the address of a library's function,
 * that is a jump in the program, to whatever the name stands for: maybe to us. */
static bool is_jump(void *function)
{
	const ElfW(Sym) *symbol = NULL;
	Dl_info info;

	return dladdr1(function, &info, (void **)&symbol, RTLD_DL_SYMENT) && symbol &&
	       symbol->st_shndx == SHN_UNDEF;
}

/* A shared runtime may be behind libc, or the program may have the function itself: then
 * the first one is not ours. */
static void *first_of(const struct race_real *real)
{
	void *function = look_up(RTLD_DEFAULT, real->name), *libc = NULL;

	if (function && function != real->own && !race_is_second_runtime() && !is_jump(function))
		return function;
	function = look_up(RTLD_NEXT, real->name);
	if (!function && !look_up(RTLD_NEXT, "exit")) /* libc is behind nobody */
		libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
	return libc ? look_up(libc, real->name) : function;
}

static void *real_of(const struct race_real *real)
{
	if (RACE_SHARED) /* of several versions the link would take the oldest */
		return first_of(real);
	return real->linked != real->own ? real->linked : look_up(RTLD_NEXT, real->name);
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
	return look_up(RTLD_NEXT, name);
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
