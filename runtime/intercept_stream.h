/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_stream.h - what goes into a stream and comes out of it (intercept_stream.c).
 */
#ifndef RACE_INTERCEPT_STREAM_H
#define RACE_INTERCEPT_STREAM_H

#include <stdio.h>

#include "descriptor.h"
#include "intercept_touch.h"

/* Read without the stream's lock: it does not change. */
static inline int race_stream_descriptor(const FILE *stream)
{
	return stream ? stream->_fileno : -1;
}

static inline void race_stream_putting(const FILE *stream)
{
	struct race_wires wires;

	if (!race_is_threaded())
		return;
	wires = race_descriptor_wires(race_stream_descriptor(stream));
	if (wires.in != wires.out)
		race_wire_release(wires.out);
}

static inline void race_stream_flushing(const FILE *stream)
{
	if (race_is_threaded())
		race_wire_release(race_descriptor_wires(race_stream_descriptor(stream)).out);
}

static inline void race_stream_took(const FILE *stream)
{
	if (race_is_threaded())
		race_wire_acquire(race_descriptor_wires(race_stream_descriptor(stream)).in);
}

/* A stream into memory of libc's (open_memstream): behind a flush, in front of what closes
 * it, and behind that. Nothing for others. */
struct race_memstream {
	char **text; /* the program's two variables */
	size_t *count;
	size_t character; /* bytes of one */
};
void race_memstream_flushed(const struct race_caller *by, FILE *stream);
struct race_memstream race_memstream_closing(FILE *stream);
void race_memstream_closed(const struct race_caller *by, struct race_memstream is);

/* A stream of the program's memory (fmemopen): in front of a flush or what closes it, and
 * around a call that takes something out. Nothing for others. */
void race_fmemopen_flushing(const struct race_caller *by, FILE *stream, bool closing);
size_t race_fmemopen_read(FILE *stream);
void race_fmemopen_took(const struct race_caller *by, FILE *stream, size_t before);

#endif
