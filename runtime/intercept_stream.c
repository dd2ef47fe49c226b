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
#include <stdio.h>
#include <string.h>

#include "intercept_stream.h"

/* <stdio.h> has macros of these. */
#undef fread_unlocked
#undef fwrite_unlocked

/* ---- made and closed ---- */

static FILE *opened(FILE *stream)
{
	race_descriptor_named(race_stream_descriptor(stream));
	return stream;
}

RACE_STAND_IN_FOR(FILE *, fopen, (const char *restrict path, const char *restrict mode),
                  (path, mode))
{
	race_reads_string(&by, path);
	race_reads_string(&by, mode);
	return opened(RACE_REAL(fopen)(path, mode));
}

RACE_STAND_IN_FOR(FILE *, fopen64, (const char *restrict path, const char *restrict mode),
                  (path, mode))
{
	race_reads_string(&by, path);
	race_reads_string(&by, mode);
	return opened(RACE_REAL(fopen64)(path, mode));
}

RACE_STAND_IN(FILE *, tmpfile, (void))
{
	return opened(RACE_REAL(tmpfile)());
}

RACE_STAND_IN(FILE *, tmpfile64, (void))
{
	return opened(RACE_REAL(tmpfile64)());
}

RACE_STAND_IN_FOR(FILE *, popen, (const char *command, const char *mode), (command, mode))
{
	race_reads_string(&by, command);
	race_reads_string(&by, mode);
	return opened(RACE_REAL(popen)(command, mode));
}

RACE_STAND_IN_FOR(int, fclose, (FILE *stream), (stream))
{
	struct race_memstream memory = race_memstream_closing(stream);
	int result;

	race_fmemopen_flushing(&by, stream, true);
	race_stream_flushing(stream);
	race_descriptor_closing(race_stream_descriptor(stream));
	result = RACE_REAL(fclose)(stream);
	race_memstream_closed(&by, memory);
	return result;
}

RACE_STAND_IN(int, pclose, (FILE *stream))
{
	RACE_CALLS(pclose, RACE_CALLER);
	race_stream_flushing(stream);
	race_descriptor_closing(race_stream_descriptor(stream));
	return RACE_REAL(pclose)(stream);
}

/* ---- out ---- */

RACE_STAND_IN_FOR(int, fflush, (FILE *stream), (stream))
{
	int result;

	race_fmemopen_flushing(&by, stream, false);
	race_stream_flushing(stream);
	result = RACE_REAL(fflush)(stream);
	race_memstream_flushed(&by, stream);
	return result;
}

RACE_STAND_IN_FOR(size_t, fwrite,
                  (const void *restrict data, size_t bytes, size_t count, FILE *restrict stream),
                  (data, bytes, count, stream))
{
	race_reads(&by, data, bytes * count);
	race_stream_putting(stream);
	return RACE_REAL(fwrite)(data, bytes, count, stream);
}

RACE_STAND_IN_FOR(int, fputs, (const char *restrict text, FILE *restrict stream), (text, stream))
{
	race_reads(&by, text, strlen(text) + 1);
	race_stream_putting(stream);
	return RACE_REAL(fputs)(text, stream);
}

RACE_STAND_IN_FOR(size_t, fwrite_unlocked,
                  (const void *restrict data, size_t bytes, size_t count, FILE *restrict stream),
                  (data, bytes, count, stream))
{
	race_reads(&by, data, bytes * count);
	race_stream_putting(stream);
	return RACE_REAL(fwrite_unlocked)(data, bytes, count, stream);
}

RACE_STAND_IN_FOR(int, fputs_unlocked, (const char *restrict text, FILE *restrict stream),
                  (text, stream))
{
	race_reads(&by, text, strlen(text) + 1);
	race_stream_putting(stream);
	return RACE_REAL(fputs_unlocked)(text, stream);
}

RACE_STAND_IN(int, fputc, (int byte, FILE *stream))
{
	race_stream_putting(stream);
	return RACE_REAL(fputc)(byte, stream);
}

RACE_STAND_IN(int, putc, (int byte, FILE *stream))
{
	race_stream_putting(stream);
	return RACE_REAL(putc)(byte, stream);
}

/* ---- in ---- */

#define TAKEN(call)                                                                    \
	({                                                                             \
		size_t before = race_fmemopen_read(stream);                            \
		__typeof__(call) taken = call;                                         \
                                                                                       \
		race_stream_took(stream);                                              \
		race_fmemopen_took(&by, stream, before);                               \
		taken;                                                                 \
	})

RACE_STAND_IN_FOR(size_t, fread,
                  (void *restrict data, size_t bytes, size_t count, FILE *restrict stream),
                  (data, bytes, count, stream))
{
	size_t result = TAKEN(RACE_REAL(fread)(data, bytes, count, stream));

	race_writes(&by, data, bytes * result);
	return result;
}

extern size_t __fread_chk(void *restrict data, size_t room, size_t bytes, size_t count,
                          FILE *restrict stream);
RACE_STAND_IN_NAMED(size_t, __fread_chk, "fread()",
                    (void *restrict data, size_t room, size_t bytes, size_t count,
                     FILE *restrict stream),
                    (data, room, bytes, count, stream))
{
	size_t result = TAKEN(RACE_REAL(__fread_chk)(data, room, bytes, count, stream));

	race_writes(&by, data, bytes * result);
	return result;
}

RACE_STAND_IN_FOR(char *, fgets, (char *restrict text, int bytes, FILE *restrict stream),
                  (text, bytes, stream))
{
	char *result = TAKEN(RACE_REAL(fgets)(text, bytes, stream));

	if (result)
		race_writes(&by, text, strlen(text) + 1);
	return result;
}

extern char *__fgets_chk(char *restrict text, size_t room, int bytes, FILE *restrict stream);
RACE_STAND_IN_NAMED(char *, __fgets_chk, "fgets()",
                    (char *restrict text, size_t room, int bytes, FILE *restrict stream),
                    (text, room, bytes, stream))
{
	char *result = TAKEN(RACE_REAL(__fgets_chk)(text, room, bytes, stream));

	if (result)
		race_writes(&by, text, strlen(text) + 1);
	return result;
}

RACE_STAND_IN_FOR(size_t, fread_unlocked,
                  (void *restrict data, size_t bytes, size_t count, FILE *restrict stream),
                  (data, bytes, count, stream))
{
	size_t result = TAKEN(RACE_REAL(fread_unlocked)(data, bytes, count, stream));

	race_writes(&by, data, bytes * result);
	return result;
}

RACE_STAND_IN_FOR(char *, fgets_unlocked, (char *restrict text, int bytes, FILE *restrict stream),
                  (text, bytes, stream))
{
	char *result = TAKEN(RACE_REAL(fgets_unlocked)(text, bytes, stream));

	if (result)
		race_writes(&by, text, strlen(text) + 1);
	return result;
}

/* Of single bytes, only the one that has libc read more. */
static int took_byte(int (*really)(FILE *), FILE *stream)
{
	bool more = stream->_IO_read_ptr >= stream->_IO_read_end;
	int result = really(stream);

	if (more)
		race_stream_took(stream);
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
	race_writes(by, text, sizeof(*text));
	race_writes(by, room, sizeof(*room));
	if (result >= 0)
		race_writes(by, *text, (size_t)result + 1);
}

RACE_STAND_IN_FOR(ssize_t, getdelim,
                  (char **restrict text, size_t *restrict room, int end, FILE *restrict stream),
                  (text, room, end, stream))
{
	ssize_t result = TAKEN(RACE_REAL(getdelim)(text, room, end, stream));

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
	ssize_t result = TAKEN(RACE_REAL(__getdelim)(text, room, end, stream));

	got(&by, text, room, result);
	return result;
}

RACE_STAND_IN_FOR(ssize_t, getline,
                  (char **restrict text, size_t *restrict room, FILE *restrict stream),
                  (text, room, stream))
{
	ssize_t result = TAKEN(RACE_REAL(getline)(text, room, stream));

	got(&by, text, room, result);
	return result;
}
