/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * format.h - which arguments of printf and scanf point to memory, and to how much of it.
 */
#ifndef RACE_FORMAT_H
#define RACE_FORMAT_H

#include <stdarg.h>

#include "base.h"

enum race_format_kind {
	RACE_FORMAT_STRING,      /* with its end, of at most `bytes` characters */
	RACE_FORMAT_WIDE_STRING, /* the same; of printf, bytes of what it becomes */
	RACE_FORMAT_BYTES,       /* `bytes`, no more and no less */
	RACE_FORMAT_COUNT,       /* %n: `bytes`, written when control came there */
};

struct race_format_part {
	void *memory; /* NULL: nothing was given */
	size_t bytes;
	enum race_format_kind kind;
	bool allocated; /* %m: memory is the address of a pointer to it */
	bool unsure;    /* %n: it is not known whether control came there */
};

/* More conversions than that are not looked at. */
#define RACE_FORMAT_MOST 32

/* In their order; the count. `format` is of wchar_t if wide. */
uint32_t race_format_printed(const void *format, bool wide, va_list list,
                             struct race_format_part parts[RACE_FORMAT_MOST]);
uint32_t race_format_scanned(const void *format, bool wide, va_list list,
                             struct race_format_part parts[RACE_FORMAT_MOST]);

/* The scanf format that assigns nothing, and says by %n where it is after each conversion:
 * their count, or 0 when there are too many. */
uint32_t race_format_measuring(const char *format, char *out, size_t room);

#endif
