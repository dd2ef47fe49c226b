/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * ignored.h - accesses of ignored sections, each against one that is not: the earlier one
 * ignored, the later one, both ways of saying so. MISSING=N ignores something else in the
 * N-th case.
 */
#ifndef RACE_TEST_IGNORED_H
#define RACE_TEST_IGNORED_H

#include <race.h>

#include "two.h"

#ifndef MISSING
#define MISSING 0
#endif
#define IGNORED(n, right) (MISSING != (n)		       ? (right) :        \
			   (right) == RACE_IGNORE_READS ? RACE_IGNORE_WRITES : \
							  RACE_IGNORE_READS)

#ifdef __cplusplus
extern "C" {
#endif
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);
#ifdef __cplusplus
}
#endif

int read_before, read_now, written_before, written_now, nested, annotated;
static __thread volatile int sink;
static pthread_mutex_t unrelated = PTHREAD_MUTEX_INITIALIZER;

static void first(void)
{
	race_ignore_begin(IGNORED(1, RACE_IGNORE_READS));
	sink = read_before;
	race_ignore_end(IGNORED(1, RACE_IGNORE_READS));
	read_now = 1;
	race_ignore_begin(IGNORED(3, RACE_IGNORE_WRITES));
	/* The section goes on in a new epoch. */
	pthread_mutex_lock(&unrelated);
	pthread_mutex_unlock(&unrelated);
	written_before = 1;
	race_ignore_end(IGNORED(3, RACE_IGNORE_WRITES));
	written_now = 1;
	race_ignore_begin(RACE_IGNORE_WRITES | RACE_IGNORE_READS);
	race_ignore_begin(RACE_IGNORE_WRITES);
	race_ignore_end(RACE_IGNORE_WRITES);
	if (MISSING == 5)
		race_ignore_end(RACE_IGNORE_WRITES | RACE_IGNORE_READS);
	nested = 1;
	if (MISSING != 5)
		race_ignore_end(RACE_IGNORE_WRITES | RACE_IGNORE_READS);
	annotated = 1;
}

static void second(void)
{
	read_before = 2;
	race_ignore_begin(IGNORED(2, RACE_IGNORE_READS));
	sink = read_now;
	race_ignore_end(IGNORED(2, RACE_IGNORE_READS));
	written_before = 2;
	race_ignore_begin(IGNORED(4, RACE_IGNORE_WRITES));
	written_now = 2;
	race_ignore_end(IGNORED(4, RACE_IGNORE_WRITES));
	nested = 2;
	if (MISSING != 6)
		AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
	AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
	annotated = 2;
	AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
	if (MISSING != 6)
		AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
}

#endif
