/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_names.c - for programs linked with -static, the functions of
 * race_libc_names.def, of err.h and syslog: they do what libc's do, and what they touch is
 * not looked at. Each of the three is a member of its own in librace_rt_static.a, so that
 * no other program has them.
 */
#define _GNU_SOURCE
#include <glob.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <stdarg.h>

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

#if RACE_STATIC_ERR || RACE_STATIC_SYSLOG
#define LIST(...) __VA_ARGS__
#define TELL(name, vname, told, params, args)                                \
	extern void vname(LIST params, va_list list);                                  \
	RACE_EXPORT void __race_##vname(LIST params, va_list list)                     \
	{                                                                              \
		vname(LIST args, list);                                                \
	}                                                                              \
	RACE_EXPORT void __race_##name(LIST params, ...)                               \
	{                                                                              \
		va_list list;                                                          \
                                                                                       \
		va_start(list, format);                                                \
		vname(LIST args, list);                                                \
		va_end(list);                                                          \
	}
#if RACE_STATIC_ERR
#define RACE_LIBC_TELL TELL
#define RACE_LIBC_LOG(name, vname, told, params, args)
#else
#define RACE_LIBC_LOG TELL
#endif
#include "race_libc_format.def"
#endif
