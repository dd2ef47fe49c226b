/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_names.c - for programs linked with -static, the functions of
 * race_libc_names.def: they do what libc's do, and what they touch is not looked at. A
 * member of its own in librace_rt_static.a, so that no other program has them.
 */
#define _GNU_SOURCE
#include <glob.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>

#include "base.h"

#if RACE_STATIC_NAMES
#define RACE_LIBC(type, name, params, args, ...)                                       \
	RACE_EXPORT type __race_##name params                                          \
	{                                                                              \
		return name args;                                                      \
	}
#define RACE_LIBC_BEFORE(name, params, args, ...)                                      \
	RACE_EXPORT void __race_##name params                                          \
	{                                                                              \
		name args;                                                             \
	}
#include "race_libc_names.def"
#endif
