// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread has the stack that it would have without the detector, or more, whatever of it
// the attributes say; and all of it may have been another thread's before, which nothing
// orders before this one: the next one uses what that one used, by alloca, too.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <alloca.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "asleep.h"

#define KIB 1024ul
#define TIMES 6

static size_t usual, guard;

static void *worker(void *size)
{
	size_t expected = (size_t)size;
	char *room;
	pthread_attr_t attr;
	void *stack;
	size_t bytes;

	pthread_getattr_np(pthread_self(), &attr);
	pthread_attr_getstack(&attr, &stack, &bytes);
	pthread_attr_destroy(&attr);
	if (bytes < expected) {
		fprintf(stderr, "%zu bytes instead of %zu\n", bytes, expected);
		exit(1);
	}
	// All but what libc, the thread-local memory and this function need.
	bytes = expected - 24 * KIB;
	room = alloca(bytes);
	__asm__ volatile("" : "+r"(room) : : "memory"); // it is used
	for (size_t i = 0; i < bytes; i += 64)
		room[i]++;
	return 0;
}

static int c11_worker(void *size)
{
	return worker(size) != 0;
}

static void run(const pthread_attr_t *attr, size_t bytes)
{
	pthread_t thread;

	if (pthread_create(&thread, attr, worker, (void *)bytes)) {
		perror("create");
		exit(1);
	}
	while (asleep_threads() > 1) // nothing that the detector sees orders the next one
		sched_yield();
}

static void run_sized(size_t bytes)
{
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (bytes)
		pthread_attr_setstacksize(&attr, bytes);
	if (guard != 4096)
		pthread_attr_setguardsize(&attr, guard);

	run(&attr, bytes ? bytes : usual);
	pthread_attr_destroy(&attr);
}

int main(void)
{
	pthread_attr_t attr;
	thrd_t thread;

	pthread_attr_init(&attr);
	pthread_attr_getstacksize(&attr, &usual);
	for (int i = 0; i < TIMES; i++) {
		guard = i % 3 ? 4096 : i % 2 * 65536;
		run_sized(0);
		run_sized(64 * KIB);
		run_sized(256 * KIB);
		run_sized(2048 * KIB);
		run_sized(1000 * KIB);
		thrd_create(&thread, c11_worker, (void *)usual);
		thrd_join(thread, 0);
	}
	puts("as large as they should be");
	return 0;
}

// CHECK: as large as they should be
