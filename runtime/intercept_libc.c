/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_libc.c - what libc does to the caller's memory, from the table of
 * race_libc.def: the call itself, and behind it a check of each range that it touched,
 * in the name of the function and at the caller's line.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <fnmatch.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <ifaddrs.h>
#include <iconv.h>
#include <inttypes.h>
#include <libintl.h>
#include <math.h>
#include <mqueue.h>
#include <net/if.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <regex.h>
#include <sched.h>
#include <search.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>
#include <wchar.h>
#include <wctype.h>

#include "access.h"
#include "intercept_touch.h"

RACE_NOINLINE void race_memory_touched(const struct race_caller *by, const void *memory,
                                       size_t bytes, enum race_kind kind)
{
	if (by->instrumented && bytes && race_is_threaded() &&
	    !race_access_is_done((uint64_t)memory, bytes, race_kind_is_write(kind)))
		race_access(race_self(), (uint64_t)memory, bytes, kind,
		            race_site_of_call(by->pc, kind, 0, by->function));
}

/* ---- how far a function looked ---- */

static size_t compared(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	while (i < n && a[i] == b[i])
		i++;
	return i < n ? i + 1 : n;
}

static size_t string_compared(const char *a, const char *b, size_t n, bool any_case)
{
	for (size_t i = 0; i < n; i++) {
		int x = (unsigned char)a[i], y = (unsigned char)b[i];

		if (any_case)
			x = tolower(x), y = tolower(y);
		if (x != y || !x)
			return i + 1;
	}
	return n;
}

static size_t string_within(const char *s, size_t n)
{
	size_t length = strnlen(s, n);

	return length < n ? length + 1 : n;
}

static char *number_end(const char *s, int base)
{
	char *end = (char *)s;

	strtoll(s, &end, base);
	return end;
}

static char *float_end(const char *s)
{
	char *end = (char *)s;

	strtod(s, &end);
	return end;
}

#define WIDE_ENDS 1
#define WIDE_ANY_CASE 2

static size_t wide_compared(const wchar_t *a, const wchar_t *b, size_t n, int how)
{
	for (size_t i = 0; i < n; i++) {
		wint_t x = (wint_t)a[i], y = (wint_t)b[i];

		if (how & WIDE_ANY_CASE)
			x = towlower(x), y = towlower(y);
		if (x != y || (!x && how & WIDE_ENDS))
			return i + 1;
	}
	return n;
}

static size_t wide_within(const wchar_t *s, size_t n)
{
	size_t length = wcsnlen(s, n);

	return length < n ? length + 1 : n;
}

static wchar_t *wide_number_end(const wchar_t *s, int base)
{
	wchar_t *end = (wchar_t *)s;

	wcstoll(s, &end, base);
	return end;
}

static wchar_t *wide_float_end(const wchar_t *s)
{
	wchar_t *end = (wchar_t *)s;

	wcstod(s, &end);
	return end;
}

/* ---- functions that not every glibc has ---- */

static size_t own_strlcpy(char *to, const char *from, size_t n)
{
	size_t length = strlen(from), fits = length < n ? length : n - 1;

	if (n) {
		memcpy(to, from, fits);
		to[fits] = 0;
	}
	return length;
}

static size_t own_strlcat(char *to, const char *from, size_t n)
{
	size_t length = strnlen(to, n);

	return length + (length < n ? own_strlcpy(to + length, from, n - length) : strlen(from));
}
#define strlcpy(to, from, n) own_strlcpy(to, from, n)
#define strlcat(to, from, n) own_strlcat(to, from, n)

#define ISOC23(type, name)                                                             \
	extern type __isoc23_##name(const char *, char **, int) __attribute__((weak)); \
	static type own_isoc23_##name(const char *s, char **rest, int base)            \
	{                                                                              \
		return __isoc23_##name ? __isoc23_##name(s, rest, base) :              \
		                         name(s, rest, base);                          \
	}
ISOC23(long, strtol)
ISOC23(unsigned long, strtoul)
ISOC23(long long, strtoll)
ISOC23(unsigned long long, strtoull)
#define __isoc23_strtol(s, rest, base) own_isoc23_strtol(s, rest, base)
#define __isoc23_strtoul(s, rest, base) own_isoc23_strtoul(s, rest, base)
#define __isoc23_strtoll(s, rest, base) own_isoc23_strtoll(s, rest, base)
#define __isoc23_strtoull(s, rest, base) own_isoc23_strtoull(s, rest, base)

/* Of the first two headers have others as well; of the last, none. */
extern int __xpg_strerror_r(int error, char *to, size_t n);
extern char *dirname(char *path);
extern void __explicit_bzero_chk(void *to, size_t n, size_t room);

/* ---- what libc keeps for all threads, where nothing shows it: each has a word ---- */

static uint64_t drand48_state, strtok_state, environment;
#define strtok_kept strtok_state
#define drand48_kept drand48_state
#define environment_kept environment

/* ---- the functions ---- */

#define READ(memory, bytes) race_memory_touched(by, memory, bytes, RACE_READ)
#define WRITE(memory, bytes) race_memory_touched(by, memory, bytes, RACE_WRITE)
#define THE(memory) ((memory) ? sizeof(*(memory)) : 0)
#define READ_THE(memory) READ(memory, THE(memory))
#define WRITE_THE(memory) WRITE(memory, THE(memory))
#define FRESH(memory, bytes) race_memory_allocated(by, memory, bytes)
#define FREED(memory, bytes) race_memory_touched(by, memory, bytes, RACE_FREE)
#define STRING(s) READ(s, (s) ? strlen(s) + 1 : 0)
#define STRING_WITHIN(s, n) READ(s, string_within(s, n))
#define PATH(s) race_reads_path(by, s, result)
/* Up to what was found, all of the string if nothing was. */
#define STRING_TO(s, found, bytes)                                                     \
	READ(s, (found) ? (size_t)((char *)(found) - (char *)(s)) + (bytes) : strlen(s) + 1)
#define STATE(name) WRITE(&name##_kept, sizeof(name##_kept))
#define LOOK(name) READ(&name##_kept, sizeof(name##_kept))
#define CHANGE(name) \
	race_memory_touched(by, &name##_kept, sizeof(name##_kept), RACE_ATOMIC_WRITE)
#define STRINGS(list) race_reads_strings(by, list)
#define SIGNALS RACE_SIGNALS

struct olds {
	uint64_t a, b;
};

#define LIST(...) __VA_ARGS__

#define CALLER(name) \
	struct race_caller by = { RACE_CALLER, RACE_FUNCTION(#name "()"), true }

#define OLD(type, name, params, args, how, olds_, ...)                                 \
	static struct olds name##_olds params                                          \
	{                                                                              \
		return (struct olds){ LIST olds_ };                                    \
	}                                                                              \
	static void name##_touched(const struct race_caller *by, struct olds old,      \
	                           type result, LIST params)                           \
	{                                                                              \
		__VA_ARGS__;                                                           \
	}                                                                              \
	STAND_IN(type, name, params, args, name, how)

#define AT_ONCE(name, call) call
#define ASLEEP(name, call) RACE_CALL_WAITS(-1, RACE_CALLER, #name, call)

#define RACE_LIBC_OLD(type, name, params, args, olds, ...)                             \
	OLD(type, name, params, args, AT_ONCE, olds, __VA_ARGS__)

#define RACE_LIBC(type, name, params, args, ...)                                       \
	OLD(type, name, params, args, AT_ONCE, (0, 0), __VA_ARGS__)

#define RACE_LIBC_WAITS(type, name, params, args, ...)                                 \
	OLD(type, name, params, args, ASLEEP, (0, 0), __VA_ARGS__)

#define AS(type, name, params, args, told, as, as_args)                                \
	static struct olds name##_olds params                                          \
	{                                                                              \
		return as##_olds as_args;                                              \
	}                                                                              \
	static void name##_touched(const struct race_caller *by, struct olds old,      \
	                           type result, LIST params)                           \
	{                                                                              \
		as##_touched(by, old, result, LIST as_args);                           \
	}                                                                              \
	STAND_IN(type, name, params, args, told, AT_ONCE)

#define RACE_LIBC_AS(type, name, params, args, as, as_args)                            \
	AS(type, name, params, args, name, as, as_args)

#define RACE_LIBC_ALIAS(type, name, params, args, as, as_args)                         \
	extern type name params;                                                       \
	AS(type, name, params, args, as, as, as_args)

/* Weak: a program's own function of that name claims it (pass/Sync.cpp). */
#define OWN_NAME RACE_EXPORT __attribute__((weak))

#define STAND_IN(type, name, params, args, told, how)                                  \
	OWN_NAME type __race_##name params                                             \
	{                                                                              \
		bool watched = race_is_threaded();                                     \
		struct olds old = { 0, 0 };                                            \
		type result;                                                           \
                                                                                       \
		RACE_CALLS(told, RACE_CALLER);                                         \
		if (watched)                                                           \
			old = name##_olds args;                                        \
		result = how(name, name args);                                         \
		if (watched) {                                                         \
			CALLER(told);                                                  \
			int kept = errno;                                              \
                                                                                       \
			name##_touched(&by, old, result, LIST args);                   \
			errno = kept;                                                  \
		}                                                                      \
		return result;                                                         \
	}

#define RACE_LIBC_VOID(name, params, args, ...)                                        \
	static void name##_touched(const struct race_caller *by, LIST params)          \
	{                                                                              \
		__VA_ARGS__;                                                           \
	}                                                                              \
	OWN_NAME void __race_##name params                                             \
	{                                                                              \
		name args;                                                             \
		if (race_is_threaded()) {                                              \
			CALLER(name);                                                  \
			int kept = errno;                                              \
                                                                                       \
			name##_touched(&by, LIST args);                                \
			errno = kept;                                                  \
		}                                                                      \
	}

#define RACE_LIBC_BEFORE(name, params, args, ...)                                      \
	OWN_NAME void __race_##name params                                             \
	{                                                                              \
		if (race_is_threaded()) {                                              \
			CALLER(name);                                                  \
			struct race_caller *const by_ = &by;                           \
			int kept = errno;                                              \
                                                                                       \
			{                                                              \
				const struct race_caller *by = by_;                    \
				__VA_ARGS__;                                           \
			}                                                              \
			errno = kept;                                                  \
		}                                                                      \
		name args;                                                             \
	}

#define RACE_LIBC_STATE(type, name, ...)                                               \
	static void name##_touched(const struct race_caller *by)                       \
	{                                                                              \
		__VA_ARGS__;                                                           \
	}                                                                              \
	OWN_NAME type __race_##name(void)                                              \
	{                                                                              \
		type result = name();                                                  \
		int kept = errno;                                                      \
                                                                                       \
		if (race_is_threaded()) {                                              \
			CALLER(name);                                                  \
			name##_touched(&by);                                           \
		}                                                                      \
		errno = kept;                                                          \
		return result;                                                         \
	}

_Static_assert(sizeof(struct stat) == sizeof(struct stat64) &&
	       sizeof(struct statfs) == sizeof(struct statfs64) &&
	       sizeof(struct statvfs) == sizeof(struct statvfs64) &&
	       sizeof(struct rlimit) == sizeof(struct rlimit64), "aliases of each other");

#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "race_libc.def"
