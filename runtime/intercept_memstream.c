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

#include "alloc.h"
#include "base.h"
#include "intercept_stream.h"

struct memstream {
	struct memstream *next;
	const FILE *stream;
	struct race_memstream is;
	const char *told; /* where the text was, and how much of it */
	size_t told_bytes;
};

static struct memstream *memstreams;
static struct race_spin lock;

static FILE *opened(FILE *stream, char **text, size_t *count, size_t character)
{
	struct memstream *one;

	if (!stream || !race_is_watching())
		return stream;
	race_enter();
	one = race_alloc(sizeof(*one));
	*one = (struct memstream){ .stream = stream, .is = { text, count, character } };
	race_spin_take(&lock);
	one->next = memstreams;
	race_store(&memstreams, one);
	race_spin_give(&lock);
	race_leave();
	return stream;
}

/* Its copy; and it is forgotten when it is about to go. */
static bool find(const FILE *stream, struct memstream *copy, bool closing)
{
	struct memstream **at, *one;

	if (!race_load(&memstreams) || !race_is_watching())
		return false;
	race_enter();
	race_spin_take(&lock);
	for (at = &memstreams; *at && (*at)->stream != stream; at = &(*at)->next)
		;
	one = *at;
	if (one)
		*copy = *one;
	if (one && closing)
		race_store(at, one->next);
	race_spin_give(&lock);
	if (one && closing)
		race_free(one, sizeof(*one));
	race_leave();
	return one != NULL;
}

static void note(const FILE *stream, const char *text, size_t bytes)
{
	struct memstream *one;

	race_enter();
	race_spin_take(&lock);
	for (one = memstreams; one && one->stream != stream; one = one->next)
		;
	if (one) {
		one->told = text;
		one->told_bytes = bytes;
	}
	race_spin_give(&lock);
	race_leave();
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
	struct memstream one;
	size_t bytes;
	char *text;

	if (!find(stream, &one, false) || !by->instrumented)
		return;
	bytes = variables_written(by, &one.is);
	text = *one.is.text;
	if (text && text != one.told)
		race_memory_allocated(by, text, bytes + one.is.character);
	else if (text && bytes >= one.told_bytes)
		race_writes(by, text + one.told_bytes,
		            bytes - one.told_bytes + one.is.character);
	note(stream, text, bytes);
}

struct race_memstream race_memstream_closing(FILE *stream)
{
	struct memstream one = { .is = { 0 } };

	find(stream, &one, true);
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
