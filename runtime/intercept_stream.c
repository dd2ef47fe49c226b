/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_stream.c - streams: libc's own reads and writes pass none of our stand-ins,
 * so the streams' functions are stood in for. A call that puts something into a stream
 * may be the one that sends it, and so does who flushes; into a file only who flushes or
 * closes counts, as a program's log is no message. A call that takes something out
 * receives. Who uses a stream after another thread, with no more than its own lock in
 * between, is not ordered by it.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "descriptor.h"
#include "intercept_memory.h"

/* <stdio.h> has macros of these. */
#undef fread_unlocked
#undef fwrite_unlocked

/* Read without the stream's lock: it does not change. */
static int descriptor_of(const FILE *stream)
{
	return stream ? stream->_fileno : -1;
}

static void putting(const FILE *stream)
{
	struct race_wires wires;

	if (!race_is_threaded())
		return;
	wires = race_descriptor_wires(descriptor_of(stream));
	if (wires.in != wires.out)
		race_wire_release(wires.out);
}

static void flushing(const FILE *stream)
{
	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(descriptor_of(stream)).out);
}

static void took(const FILE *stream)
{
	if (race_is_threaded())
		race_wire_acquire(race_descriptor_wires(descriptor_of(stream)).in);
}

/* ---- made and closed ---- */

static FILE *opened(FILE *stream)
{
	race_descriptor_named(descriptor_of(stream));
	return stream;
}

RACE_STAND_IN(FILE *, fopen, (const char *restrict path, const char *restrict mode))
{
	RACE_CALLS(fopen, RACE_CALLER);
	return opened(RACE_REAL(fopen)(path, mode));
}

RACE_STAND_IN(FILE *, fopen64, (const char *restrict path, const char *restrict mode))
{
	RACE_CALLS(fopen64, RACE_CALLER);
	return opened(RACE_REAL(fopen64)(path, mode));
}

RACE_STAND_IN(FILE *, tmpfile, (void))
{
	return opened(RACE_REAL(tmpfile)());
}

RACE_STAND_IN(FILE *, popen, (const char *command, const char *mode))
{
	RACE_CALLS(popen, RACE_CALLER);
	return opened(RACE_REAL(popen)(command, mode));
}

RACE_STAND_IN(int, fclose, (FILE *stream))
{
	RACE_CALLS(fclose, RACE_CALLER);
	flushing(stream);
	race_descriptor_closing(descriptor_of(stream));
	return RACE_REAL(fclose)(stream);
}

RACE_STAND_IN(int, pclose, (FILE *stream))
{
	RACE_CALLS(pclose, RACE_CALLER);
	flushing(stream);
	race_descriptor_closing(descriptor_of(stream));
	return RACE_REAL(pclose)(stream);
}

/* ---- out ---- */

RACE_STAND_IN(int, fflush, (FILE *stream))
{
	RACE_CALLS(fflush, RACE_CALLER);
	flushing(stream);
	return RACE_REAL(fflush)(stream);
}

RACE_STAND_IN_FOR(size_t, fwrite,
                  (const void *restrict data, size_t bytes, size_t count, FILE *restrict stream),
                  (data, bytes, count, stream))
{
	race_memory_touched(&by, data, bytes * count, RACE_READ);
	putting(stream);
	return RACE_REAL(fwrite)(data, bytes, count, stream);
}

RACE_STAND_IN_FOR(int, fputs, (const char *restrict text, FILE *restrict stream), (text, stream))
{
	race_memory_touched(&by, text, strlen(text) + 1, RACE_READ);
	putting(stream);
	return RACE_REAL(fputs)(text, stream);
}

RACE_STAND_IN_FOR(size_t, fwrite_unlocked,
                  (const void *restrict data, size_t bytes, size_t count, FILE *restrict stream),
                  (data, bytes, count, stream))
{
	race_memory_touched(&by, data, bytes * count, RACE_READ);
	putting(stream);
	return RACE_REAL(fwrite_unlocked)(data, bytes, count, stream);
}

RACE_STAND_IN_FOR(int, fputs_unlocked, (const char *restrict text, FILE *restrict stream),
                  (text, stream))
{
	race_memory_touched(&by, text, strlen(text) + 1, RACE_READ);
	putting(stream);
	return RACE_REAL(fputs_unlocked)(text, stream);
}

RACE_STAND_IN(int, fputc, (int byte, FILE *stream))
{
	putting(stream);
	return RACE_REAL(fputc)(byte, stream);
}

RACE_STAND_IN(int, putc, (int byte, FILE *stream))
{
	putting(stream);
	return RACE_REAL(putc)(byte, stream);
}

RACE_STAND_IN_PLAIN(int, vfprintf, (FILE *restrict stream, const char *restrict format, va_list list))
{
	putting(stream);
	return RACE_REAL(vfprintf)(stream, format, list);
}

RACE_STAND_IN_PLAIN(int, fprintf, (FILE *restrict stream, const char *restrict format, ...))
{
	va_list list;
	int result;

	putting(stream);
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
	putting(stream);
	return RACE_REAL(__vfprintf_chk)(stream, flag, format, list);
}

extern int __fprintf_chk(FILE *restrict stream, int flag, const char *restrict format, ...);
RACE_STAND_IN_PLAIN(int, __fprintf_chk,
              (FILE *restrict stream, int flag, const char *restrict format, ...))
{
	va_list list;
	int result;

	putting(stream);
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

RACE_STAND_IN_FOR(size_t, fread,
                  (void *restrict data, size_t bytes, size_t count, FILE *restrict stream),
                  (data, bytes, count, stream))
{
	size_t result = RACE_REAL(fread)(data, bytes, count, stream);

	took(stream);
	race_memory_touched(&by, data, bytes * result, RACE_WRITE);
	return result;
}

extern size_t __fread_chk(void *restrict data, size_t room, size_t bytes, size_t count,
                          FILE *restrict stream);
RACE_STAND_IN_NAMED(size_t, __fread_chk, "fread()",
                    (void *restrict data, size_t room, size_t bytes, size_t count,
                     FILE *restrict stream),
                    (data, room, bytes, count, stream))
{
	size_t result = RACE_REAL(__fread_chk)(data, room, bytes, count, stream);

	took(stream);
	race_memory_touched(&by, data, bytes * result, RACE_WRITE);
	return result;
}

RACE_STAND_IN_FOR(char *, fgets, (char *restrict text, int bytes, FILE *restrict stream),
                  (text, bytes, stream))
{
	char *result = RACE_REAL(fgets)(text, bytes, stream);

	took(stream);
	if (result)
		race_memory_touched(&by, text, strlen(text) + 1, RACE_WRITE);
	return result;
}

extern char *__fgets_chk(char *restrict text, size_t room, int bytes, FILE *restrict stream);
RACE_STAND_IN_NAMED(char *, __fgets_chk, "fgets()",
                    (char *restrict text, size_t room, int bytes, FILE *restrict stream),
                    (text, room, bytes, stream))
{
	char *result = RACE_REAL(__fgets_chk)(text, room, bytes, stream);

	took(stream);
	if (result)
		race_memory_touched(&by, text, strlen(text) + 1, RACE_WRITE);
	return result;
}

RACE_STAND_IN_FOR(size_t, fread_unlocked,
                  (void *restrict data, size_t bytes, size_t count, FILE *restrict stream),
                  (data, bytes, count, stream))
{
	size_t result = RACE_REAL(fread_unlocked)(data, bytes, count, stream);

	took(stream);
	race_memory_touched(&by, data, bytes * result, RACE_WRITE);
	return result;
}

RACE_STAND_IN_FOR(char *, fgets_unlocked, (char *restrict text, int bytes, FILE *restrict stream),
                  (text, bytes, stream))
{
	char *result = RACE_REAL(fgets_unlocked)(text, bytes, stream);

	took(stream);
	if (result)
		race_memory_touched(&by, text, strlen(text) + 1, RACE_WRITE);
	return result;
}

/* Of single bytes, only the one that has libc read more. */
static int took_byte(int (*really)(FILE *), FILE *stream)
{
	bool more = stream->_IO_read_ptr >= stream->_IO_read_end;
	int result = really(stream);

	if (more)
		took(stream);
	return result;
}

RACE_STAND_IN(int, fgetc, (FILE *stream))
{
	return took_byte(RACE_REAL(fgetc), stream);
}

RACE_STAND_IN(int, getc, (FILE *stream))
{
	return took_byte(RACE_REAL(getc), stream);
}

static void got(const struct race_caller *by, char **text, size_t *room, ssize_t result)
{
	race_memory_touched(by, text, sizeof(*text), RACE_WRITE);
	race_memory_touched(by, room, sizeof(*room), RACE_WRITE);
	if (result >= 0)
		race_memory_touched(by, *text, (size_t)result + 1, RACE_WRITE);
}

RACE_STAND_IN_FOR(ssize_t, getdelim,
                  (char **restrict text, size_t *restrict room, int end, FILE *restrict stream),
                  (text, room, end, stream))
{
	ssize_t result = RACE_REAL(getdelim)(text, room, end, stream);

	took(stream);
	got(&by, text, room, result);
	return result;
}

extern ssize_t __getdelim(char **restrict text, size_t *restrict room, int end,
                          FILE *restrict stream);
RACE_STAND_IN_NAMED(ssize_t, __getdelim, "getdelim()",
                    (char **restrict text, size_t *restrict room, int end,
                     FILE *restrict stream),
                    (text, room, end, stream))
{
	ssize_t result = RACE_REAL(__getdelim)(text, room, end, stream);

	took(stream);
	got(&by, text, room, result);
	return result;
}

RACE_STAND_IN_FOR(ssize_t, getline,
                  (char **restrict text, size_t *restrict room, FILE *restrict stream),
                  (text, room, stream))
{
	ssize_t result = RACE_REAL(getline)(text, room, stream);

	took(stream);
	got(&by, text, room, result);
	return result;
}

RACE_STAND_IN(int, vfscanf, (FILE *restrict stream, const char *restrict format, va_list list))
{
	int result = RACE_REAL(vfscanf)(stream, format, list);

	took(stream);
	return result;
}

/* What <stdio.h> makes of fscanf and vfscanf. */
extern int __isoc99_vfscanf(FILE *restrict stream, const char *restrict format, va_list list);
RACE_STAND_IN_PLAIN(int, __isoc99_vfscanf,
              (FILE *restrict stream, const char *restrict format, va_list list))
{
	int result = RACE_REAL(__isoc99_vfscanf)(stream, format, list);

	took(stream);
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
	took(stream);
	return result;
}
