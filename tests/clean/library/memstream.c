// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stream into memory: what was flushed and handed over may be read while the stream goes
// on, behind it; streams that are closed, and whose memory is given back, leave nothing.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "barrier.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct barrier read_it;
static const char *handed;
static size_t handed_bytes;

static void *reader(void *arg)
{
	const char *text = 0;
	size_t bytes = 0;

	while (!text) {
		pthread_mutex_lock(&lock);
		text = handed;
		bytes = handed_bytes;
		pthread_mutex_unlock(&lock);
	}
	printf("%.*s\n", (int)bytes, text);
	barrier_wait(&read_it);
	return arg;
}

int main(void)
{
	pthread_t thread;
	wchar_t *wide;
	size_t bytes;
	char *text;
	FILE *out;

	barrier_init(&read_it, 2);
	pthread_create(&thread, 0, reader, 0);
	for (int i = 0; i < 3; i++) {
		out = open_memstream(&text, &bytes);
		fprintf(out, "number %d", i);
		fclose(out);
		if (bytes != 8 || strlen(text) != bytes)
			abort();
		free(text);
	}
	out = open_wmemstream(&wide, &bytes);
	fputws(L"wide", out);
	fclose(out);
	free(wide);

	out = open_memstream(&text, &bytes);
	fputs("first", out);
	fflush(out);
	pthread_mutex_lock(&lock);
	handed = text;
	handed_bytes = bytes;
	pthread_mutex_unlock(&lock);
	fputs(", second", out); // behind what the other thread may read now
	fflush(out);
	barrier_wait(&read_it);
	pthread_join(thread, 0);
	fclose(out);
	puts(text);
	free(text);
	return 0;
}
// CHECK: first
// CHECK: first, second
