/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * memory_stream.h - the streams whose file is memory, as long as they are open: whose text
 * libc makes (open_memstream), and those in a place of the program's (fmemopen).
 */
#ifndef RACE_MEMORY_STREAM_H
#define RACE_MEMORY_STREAM_H

#include "intercept_stream.h"

struct race_memory_stream {
	struct race_memory_stream *next;
	const FILE *stream;
	struct race_memstream is; /* open_memstream's; else its text is NULL */
	const char *memory;       /* open_memstream: where the text was when it was told last; */
	size_t bytes;             /* and how much of it */
};

void race_memory_stream_add(struct race_memory_stream one);

/* Copies what is known of the stream, if it is of that kind; when it is about to be closed, it
 * is forgotten. */
bool race_memory_stream_find(const FILE *stream, bool has_text, struct race_memory_stream *copy,
                             bool closing);

/* Its text has been told: that is where it is, and how much. */
void race_memory_stream_told(const FILE *stream, const char *text, size_t bytes);

#endif
