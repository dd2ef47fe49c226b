/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_libc.c - what libc does to the caller's memory, from the table of
 * race_libc.def: the call itself, and behind it a check of each range that it touched,
 * in the name of the function and at the caller's line.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "access.h"
#include "intercept_memory.h"

RACE_NOINLINE void race_memory_touched(const struct race_caller *by, const void *memory,
                                       size_t bytes, enum race_kind kind)
{
	if (by->instrumented && race_is_threaded())
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

static char *number_end(const char *s, int base)
{
	char *end = (char *)s;

	strtoll(s, &end, base);
	return end;
}

static size_t string_within(const char *s, size_t n)
{
	size_t length = strnlen(s, n);

	return length < n ? length + 1 : n;
}

/* ---- the functions ---- */

#define READ(memory, bytes) race_memory_touched(&by, memory, bytes, RACE_READ)
#define WRITE(memory, bytes) race_memory_touched(&by, memory, bytes, RACE_WRITE)
#define FRESH(memory, bytes) race_memory_allocated(&by, memory, bytes)
#define STRING(s) READ(s, strlen(s) + 1)
#define STRING_WITHIN(s, n) READ(s, string_within(s, n))
/* Up to what was found, all of the string if nothing was. */
#define STRING_TO(s, found, bytes)                                                     \
	READ(s, (found) ? (size_t)((char *)(found) - (char *)(s)) + (bytes) : strlen(s) + 1)

#define ACCESSES(name, ...)                                                            \
	if (race_is_threaded()) {                                                      \
		struct race_caller by = { RACE_CALLER, RACE_FUNCTION(#name "()"), true }; \
		int kept = errno;                                                      \
                                                                                       \
		__VA_ARGS__;                                                           \
		errno = kept;                                                          \
	}

#define RACE_LIBC(type, name, params, args, ...)                                       \
	RACE_EXPORT type __race_##name params                                          \
	{                                                                              \
		type result = name args;                                               \
                                                                                       \
		ACCESSES(name, __VA_ARGS__)                                            \
		return result;                                                         \
	}
#define RACE_LIBC_VOID(name, params, args, ...)                                        \
	RACE_EXPORT void __race_##name params                                          \
	{                                                                              \
		name args;                                                             \
		ACCESSES(name, __VA_ARGS__)                                            \
	}
#include "race_libc.def"
