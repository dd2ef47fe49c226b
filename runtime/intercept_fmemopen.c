/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_fmemopen.c - a stream of the program's own memory: flushing or closing it writes
 * there what is pending, with an end behind it; what takes from it reads all that libc's own
 * buffer has room for, or nothing while some is left. What libc writes because its buffer is
 * full, and single bytes, are not told.
 *
 *     FILE *f = fmemopen(place, 100, "w+");
 *     fputs("abc", f); fflush(f);                 place[0..3] are written
 */
#define _GNU_SOURCE
#include <stdio.h>

#include "memory_stream.h"

/* Where the program is in the stream. */
static size_t place(FILE *stream)
{
	int kept = errno;
	long at = ftell(stream);

	errno = kept;
	return at < 0 ? 0 : (size_t)at;
}

void race_fmemopen_flushing(const struct race_caller *by, FILE *stream, bool closing)
{
	struct race_memory_stream one;
	size_t end, pending;

	if (!race_memory_stream_find(stream, false, &one, closing))
		return;
	pending = (size_t)(stream->_IO_write_ptr - stream->_IO_write_base);
	end = pending ? place(stream) : 0;
	if (pending && pending <= end && end <= one.bytes)
		race_writes(by, one.memory + end - pending, pending + (end < one.bytes));
}

/* How far libc has read. */
size_t race_fmemopen_read(FILE *stream)
{
	struct race_memory_stream one;

	if (!race_memory_stream_find(stream, false, &one, false))
		return 0;
	return place(stream) + (size_t)(stream->_IO_read_end - stream->_IO_read_ptr);
}

void race_fmemopen_took(const struct race_caller *by, FILE *stream, size_t before)
{
	struct race_memory_stream one;
	size_t end;

	if (!race_memory_stream_find(stream, false, &one, false))
		return;
	end = race_fmemopen_read(stream);
	if (before < end && end <= one.bytes)
		race_reads(by, one.memory + before, end - before);
}

RACE_EXPORT FILE *__race_fmemopen(void *memory, size_t bytes, const char *mode);
RACE_EXPORT FILE *__race_fmemopen(void *memory, size_t bytes, const char *mode)
{
	struct race_caller by = { RACE_CALLER, RACE_FUNCTION("fmemopen()"), true };
	FILE *stream = fmemopen(memory, bytes, mode);
	size_t length;

	race_reads_string(&by, mode);
	if (!stream || !memory || !race_is_watching())
		return stream;
	if (race_is_threaded() && mode[0] == 'a') {
		length = strnlen(memory, bytes);
		race_reads(&by, memory, length < bytes ? length + 1 : bytes);
	} else if (mode[0] == 'w' && mode[1] == '+') {
		race_writes(&by, memory, 1);
	}
	race_memory_stream_add((struct race_memory_stream){
		.stream = stream, .memory = memory, .bytes = bytes });
	return stream;
}
