/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_memstream.c - open_memstream and its wide kin: flushing or closing the stream
 * writes the two variables that the program gave, and what came since the last time.
 *
 *     FILE *f = open_memstream(&text, &bytes);
 *     fprintf(f, "..."); fflush(f);          text, bytes and text[0..bytes] are written
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <wchar.h>

#include "memory_stream.h"

static FILE *opened(FILE *stream, char **text, size_t *count, size_t character)
{
	if (stream && race_is_watching())
		race_memory_stream_add((struct race_memory_stream){
			.stream = stream, .is = { text, count, character } });
	return stream;
}

static size_t variables_written(const struct race_caller *by, const struct race_memstream *is)
{
	race_writes(by, is->text, sizeof(*is->text));
	race_writes(by, is->count, sizeof(*is->count));
	return *is->count * is->character;
}

/* The end is written anew each time. */
void race_memstream_flushed(const struct race_caller *by, FILE *stream)
{
	struct race_memory_stream one;
	size_t bytes;
	char *text;

	if (!race_memory_stream_find(stream, true, &one, false) || !by->instrumented)
		return;
	bytes = variables_written(by, &one.is);
	text = *one.is.text;
	if (text && text != one.memory)
		race_memory_allocated(by, text, bytes + one.is.character);
	else if (text && bytes >= one.bytes)
		race_writes(by, text + one.bytes, bytes - one.bytes + one.is.character);
	race_memory_stream_told(stream, text, bytes);
}

struct race_memstream race_memstream_closing(FILE *stream)
{
	struct race_memory_stream one = { .is = { 0 } };

	race_memory_stream_find(stream, true, &one, true);
	return one.is;
}

/* libc has brought the text to its size, elsewhere maybe. */
void race_memstream_closed(const struct race_caller *by, struct race_memstream is)
{
	if (!is.text || !by->instrumented)
		return;
	race_memory_allocated(by, *is.text, variables_written(by, &is) + is.character);
}

RACE_STAND_IN(FILE *, open_memstream, (char **text, size_t *count))
{
	return opened(RACE_REAL(open_memstream)(text, count), text, count, 1);
}

RACE_STAND_IN(FILE *, open_wmemstream, (wchar_t **text, size_t *count))
{
	return opened(RACE_REAL(open_wmemstream)(text, count), (char **)text, count, sizeof(wchar_t));
}
