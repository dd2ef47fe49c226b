/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_print.c - what is printed into streams and scanned from them, by libc's names:
 * the edges (intercept_stream.c). What the arguments point to is in intercept_format.c,
 * which comes by here.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>

#include "intercept_stream.h"

/* ---- out ---- */

RACE_STAND_IN_PLAIN(int, vfprintf, (FILE *restrict stream, const char *restrict format, va_list list))
{
	race_stream_putting(stream);
	return RACE_REAL(vfprintf)(stream, format, list);
}

RACE_STAND_IN_PLAIN(int, fprintf, (FILE *restrict stream, const char *restrict format, ...))
{
	va_list list;
	int result;

	race_stream_putting(stream);
	va_start(list, format);
	result = RACE_REAL(vfprintf)(stream, format, list);
	va_end(list);
	return result;
}

extern int __vfprintf_chk(FILE *restrict stream, int flag, const char *restrict format,
                          va_list list);
RACE_STAND_IN_PLAIN(int, __vfprintf_chk,
              (FILE *restrict stream, int flag, const char *restrict format, va_list list))
{
	race_stream_putting(stream);
	return RACE_REAL(__vfprintf_chk)(stream, flag, format, list);
}

extern int __fprintf_chk(FILE *restrict stream, int flag, const char *restrict format, ...);
RACE_STAND_IN_PLAIN(int, __fprintf_chk,
              (FILE *restrict stream, int flag, const char *restrict format, ...))
{
	va_list list;
	int result;

	race_stream_putting(stream);
	va_start(list, format);
	result = RACE_REAL(__vfprintf_chk)(stream, flag, format, list);
	va_end(list);
	return result;
}

RACE_STAND_IN_PLAIN(int, vdprintf, (int fd, const char *restrict format, va_list list))
{
	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(fd).out);
	return RACE_REAL(vdprintf)(fd, format, list);
}

RACE_STAND_IN_PLAIN(int, dprintf, (int fd, const char *restrict format, ...))
{
	va_list list;
	int result;

	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(fd).out);
	va_start(list, format);
	result = RACE_REAL(vdprintf)(fd, format, list);
	va_end(list);
	return result;
}

extern int __vdprintf_chk(int fd, int flag, const char *restrict format, va_list list);
RACE_STAND_IN_PLAIN(int, __vdprintf_chk,
                    (int fd, int flag, const char *restrict format, va_list list))
{
	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(fd).out);
	return RACE_REAL(__vdprintf_chk)(fd, flag, format, list);
}

extern int __dprintf_chk(int fd, int flag, const char *restrict format, ...);
RACE_STAND_IN_PLAIN(int, __dprintf_chk, (int fd, int flag, const char *restrict format, ...))
{
	va_list list;
	int result;

	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(fd).out);
	va_start(list, format);
	result = RACE_REAL(__vdprintf_chk)(fd, flag, format, list);
	va_end(list);
	return result;
}

/* ---- in ---- */

RACE_STAND_IN(int, vfscanf, (FILE *restrict stream, const char *restrict format, va_list list))
{
	int result = RACE_REAL(vfscanf)(stream, format, list);

	race_stream_took(stream);
	return result;
}

/* What <stdio.h> makes of fscanf and vfscanf. */
extern int __isoc99_vfscanf(FILE *restrict stream, const char *restrict format, va_list list);
RACE_STAND_IN_PLAIN(int, __isoc99_vfscanf,
              (FILE *restrict stream, const char *restrict format, va_list list))
{
	int result = RACE_REAL(__isoc99_vfscanf)(stream, format, list);

	race_stream_took(stream);
	return result;
}

extern int __isoc99_fscanf(FILE *restrict stream, const char *restrict format, ...);
RACE_STAND_IN_PLAIN(int, __isoc99_fscanf, (FILE *restrict stream, const char *restrict format, ...))
{
	va_list list;
	int result;

	va_start(list, format);
	result = RACE_REAL(__isoc99_vfscanf)(stream, format, list);
	va_end(list);
	race_stream_took(stream);
	return result;
}
