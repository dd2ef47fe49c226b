// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime never calls the program's malloc: it is called as often as without the
// detector, by threads, locks, atomics, libraries, signals, a race and its report.
//
// RUN: %clang -O1 -pthread -I%support %s %build/tests/barrier.o -o %t.plain && %t.plain > %t.wanted && grep calls %t.wanted
// RUN: %race_cc -O0 %s -o %t && %expect_race %t > %t.out && FileCheck %s < %t.out && grep calls %t.out | diff %t.wanted -
// RUN: %race_cc -O2 %s -o %t && %expect_race %t > %t.out && FileCheck %s < %t.out && grep calls %t.out | diff %t.wanted -

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "two.h"

static _Alignas(16) char room[1 << 22];
static atomic_size_t used;
static atomic_int calls;

__attribute__((no_sanitize("thread"))) void *malloc(size_t bytes)
{
	size_t at = atomic_fetch_add(&used, ((bytes + 15) & ~15ul) + 16) + 16;

	atomic_fetch_add(&calls, 1);
	memcpy(room + at - 16, &bytes, sizeof(bytes));
	return room + at;
}

__attribute__((no_sanitize("thread"))) void free(void *block)
{
	if (block)
		atomic_fetch_add(&calls, 1);
}

__attribute__((no_sanitize("thread"))) void *calloc(size_t count, size_t bytes)
{
	return malloc(count * bytes);
}

__attribute__((no_sanitize("thread"))) void *realloc(void *block, size_t bytes)
{
	void *other = malloc(bytes);
	size_t before = 0;

	if (block)
		memcpy(&before, (char *)block - 16, sizeof(before));
	if (block)
		memcpy(other, block, before < bytes ? before : bytes);
	return other;
}

__attribute__((no_sanitize("thread"))) int posix_memalign(void **to, size_t align, size_t bytes)
{
	char *block = malloc(bytes + align);

	*to = (void *)(((uintptr_t)block + align - 1) & -align);
	return 0;
}

__attribute__((no_sanitize("thread"))) void *aligned_alloc(size_t align, size_t bytes)
{
	void *block;

	posix_memalign(&block, align, bytes);
	return block;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static atomic_int flag;
static int raced;
static volatile int handled;
static char *block;

static void handler(int number)
{
	handled = number;
}

static void both(void)
{
	int ends[2];
	char byte = 1;

	pthread_mutex_lock(&mutex);
	block[0]++;
	pthread_mutex_unlock(&mutex);
	atomic_fetch_add(&flag, 1);
	if (!pipe(ends) && write(ends[1], &byte, 1) == 1 && read(ends[0], &byte, 1) == 1)
		close(ends[0]), close(ends[1]);
	raise(SIGUSR1);
	raced++;
}

static void first(void) { both(); }
static void second(void) { both(); }

int main(void)
{
	char line[64];
	int before;

	signal(SIGUSR1, handler);
	block = malloc(100);
	before = calls;
	run_two(first, second);
	before = calls - before;
	if (write(1, line, (size_t)snprintf(line, sizeof(line), "calls %d\n", before)) < 0)
		return 1;
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Location: handled
// CHECK: WARNING: DATA RACE
// CHECK: Location: raced
// CHECK: Found 2 data race(s)
