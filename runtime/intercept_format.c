/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_format.c - what printf and scanf, by race_libc_format.def, do to the caller's
 * memory. What is printed is read in front of the call, as a stream may hand it on; what
 * was scanned, and %n, is written behind it.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "format.h"
#include "intercept_touch.h"

/* ---- how far ---- */

static size_t string_bytes(const char *s, size_t most)
{
	size_t length = strnlen(s, most);

	return length + (length < most);
}

/* Of wide characters that become `most` bytes. */
static size_t wide_bytes(const wchar_t *s, size_t most)
{
	mbstate_t state = { 0 };
	char bytes[MB_LEN_MAX];
	size_t i, total = 0;

	if (most == SIZE_MAX)
		return (wcslen(s) + 1) * sizeof(*s);
	for (i = 0; total < most; i++) {
		size_t n = s[i] ? wcrtomb(bytes, s[i], &state) : (size_t)-1;

		if (n == (size_t)-1) {
			i++;
			break;
		}
		total += n;
	}
	return i * sizeof(*s);
}

/* What sscanf looked at, at least: all that fits the format. */
static size_t consumed(const char *s, const char *format)
{
	char measuring[1024];
	int n = 0;

	if (!race_format_measuring(format, measuring, sizeof(measuring)))
		return 0;
#define N4 &n, &n, &n, &n
	sscanf(s, measuring, N4, N4, N4, N4, N4, N4, N4, N4);
#undef N4
	return n ? (size_t)n : 1;
}
_Static_assert(RACE_FORMAT_MOST == 32, "as many as N4 gives");

/* ---- the arguments ---- */

static void print_parts(const struct race_caller *by, const struct race_format_part *parts,
                        uint32_t count, bool counts)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct race_format_part *part = &parts[i];

		if (!part->memory || counts != (part->kind == RACE_FORMAT_COUNT))
			continue;
		if (counts)
			race_writes(by, part->memory, part->bytes);
		else if (part->kind == RACE_FORMAT_STRING)
			race_reads(by, part->memory, string_bytes(part->memory, part->bytes));
		else
			race_reads(by, part->memory, wide_bytes(part->memory, part->bytes));
	}
}

static void scanned(const struct race_caller *by, const struct race_format_part *part)
{
	void *memory = part->memory;
	size_t bytes = part->bytes;

	if (part->allocated) {
		race_writes(by, memory, sizeof(void *));
		memory = *(void **)memory;
	}
	if (part->kind == RACE_FORMAT_STRING)
		bytes = strlen(memory) + 1;
	else if (part->kind == RACE_FORMAT_WIDE_STRING)
		bytes = (wcslen(memory) + 1) * sizeof(wchar_t);
	if (part->allocated)
		race_memory_allocated(by, memory, bytes);
	else
		race_writes(by, memory, bytes);
}

static void scan_parts(const struct race_caller *by, const struct race_format_part *parts,
                       uint32_t count, int assigned)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct race_format_part *part = &parts[i];

		if (part->kind != RACE_FORMAT_COUNT && assigned-- <= 0)
			return;
		if (part->kind != RACE_FORMAT_COUNT)
			scanned(by, part);
		else if (assigned > 0 || (assigned == 0 && !part->unsure))
			race_writes(by, part->memory, part->bytes);
	}
}

/* ---- the functions ---- */

#define READ(memory, bytes) race_reads(by, memory, bytes)
#define WRITE(memory, bytes) race_writes(by, memory, bytes)
#define FRESH(memory, bytes) race_memory_allocated(by, memory, bytes)
#define LIST(...) __VA_ARGS__

/* Weak: a program's own function of that name claims it (pass/Sync.cpp). */
#define OWN_NAME RACE_EXPORT __attribute__((weak))

#define BOTH(name, vname, told, vtold, params, args)                                   \
	OWN_NAME int __race_##vname(LIST params, va_list list)                         \
	{                                                                              \
		struct race_caller by = { RACE_CALLER, RACE_FUNCTION(vtold "()"), true }; \
                                                                                       \
		RACE_CALLS(vname, by.pc);                                              \
		return vname##_for(&by, LIST args, list);                              \
	}                                                                              \
	OWN_NAME int __race_##name(LIST params, ...)                                   \
	{                                                                              \
		struct race_caller by = { RACE_CALLER, RACE_FUNCTION(told "()"), true }; \
		va_list list;                                                          \
		int result;                                                            \
                                                                                       \
		RACE_CALLS(name, by.pc);                                               \
		va_start(list, format);                                                \
		result = vname##_for(&by, LIST args, list);                            \
		va_end(list);                                                          \
		return result;                                                         \
	}

/* In front of a call that prints. */
static uint32_t printing(const struct race_caller *by, const void *format, bool wide,
                         va_list list, struct race_format_part *parts)
{
	int kept = errno;
	uint32_t count;
	va_list again;

	if (!format)
		return 0;
	va_copy(again, list);
	count = race_format_printed(format, wide, again, parts);
	va_end(again);
	print_parts(by, parts, count, false);
	race_reads(by, format, wide ? wide_bytes(format, SIZE_MAX) : string_bytes(format, SIZE_MAX));
	errno = kept;
	return count;
}

#if !RACE_STATIC /* there intercept_names.c has them */
static void telling(const struct race_caller *by, const char *format, va_list list)
{
	struct race_format_part parts[RACE_FORMAT_MOST];

	if (race_is_threaded())
		printing(by, format, false, list, parts);
}

#define TELL(name, vname, told, params, args)                                          \
	extern void vname(LIST params, va_list list);                                  \
	OWN_NAME void __race_##vname(LIST params, va_list list)                        \
	{                                                                              \
		struct race_caller by = { RACE_CALLER, RACE_FUNCTION("v" #told "()"), true }; \
                                                                                       \
		RACE_CALLS(vname, by.pc);                                              \
		telling(&by, format, list);                                            \
		vname(LIST args, list);                                                \
	}                                                                              \
	OWN_NAME void __race_##name(LIST params, ...)                                  \
	{                                                                              \
		struct race_caller by = { RACE_CALLER, RACE_FUNCTION(#told "()"), true }; \
		va_list list;                                                          \
                                                                                       \
		RACE_CALLS(name, by.pc);                                               \
		va_start(list, format);                                                \
		telling(&by, format, list);                                            \
		vname(LIST args, list);                                                \
		va_end(list);                                                          \
	}

#define RACE_LIBC_TELL TELL
#endif

#define PRINT(name, vname, told, params, args, wide, ...)                              \
	extern int vname(LIST params, va_list list);                                   \
	static int vname##_for(const struct race_caller *by, LIST params, va_list list) \
	{                                                                              \
		struct race_format_part parts[RACE_FORMAT_MOST];                       \
		bool watched = race_is_threaded();                                     \
		uint32_t count = watched ? printing(by, format, wide, list, parts) : 0; \
		int result = vname(LIST args, list);                                   \
                                                                                       \
		if (watched) {                                                         \
			int kept = errno;                                              \
                                                                                       \
			__VA_ARGS__;                                                   \
			print_parts(by, parts, result < 0 ? 0 : count, true);          \
			errno = kept;                                                  \
		}                                                                      \
		return result;                                                         \
	}                                                                              \
	BOTH(name, vname, #told, "v" #told, params, args)

#define SCAN(name, vname, told, params, args, wide, ...)                               \
	extern int vname(LIST params, va_list list);                                   \
	static int vname##_for(const struct race_caller *by, LIST params, va_list list) \
	{                                                                              \
		struct race_format_part parts[RACE_FORMAT_MOST];                       \
		bool watched = race_is_threaded();                                     \
		uint32_t count = 0;                                                    \
		va_list again;                                                         \
		int result, kept = errno;                                              \
                                                                                       \
		if (watched) {                                                         \
			va_copy(again, list);                                          \
			count = race_format_scanned(format, wide, again, parts);       \
			va_end(again);                                                 \
			errno = kept;                                                  \
		}                                                                      \
		result = vname(LIST args, list);                                       \
		if (watched) {                                                         \
			kept = errno;                                                  \
			READ(format, wide ? wide_bytes((const void *)format, SIZE_MAX) : \
			                    string_bytes((const void *)format, SIZE_MAX)); \
			__VA_ARGS__;                                                   \
			scan_parts(by, parts, count, result);                          \
			errno = kept;                                                  \
		}                                                                      \
		return result;                                                         \
	}                                                                              \
	BOTH(name, vname, #told, "v" #told, params, args)

#define RACE_LIBC_PRINT(name, vname, told, params, args, ...) \
	PRINT(name, vname, told, params, args, false, __VA_ARGS__)
#define RACE_LIBC_PRINT_WIDE(name, vname, told, params, args, ...) \
	PRINT(name, vname, told, params, args, true, __VA_ARGS__)
#define RACE_LIBC_SCAN(name, vname, told, params, args, ...) \
	SCAN(name, vname, told, params, args, false, __VA_ARGS__)
#define RACE_LIBC_SCAN_WIDE(name, vname, told, params, args, ...) \
	SCAN(name, vname, told, params, args, true, __VA_ARGS__)
#include "race_libc_format.def"
