// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linked with a runtime whose epochs and tids run out soon: an access is found though
// all epochs were renumbered many times since, and a detached thread's, too, though its
// tid is another's by then.
//
// RUN: %race_tiny_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_tiny_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

static pthread_mutex_t firsts = PTHREAD_MUTEX_INITIALIZER, seconds = PTHREAD_MUTEX_INITIALIZER;
static struct barrier ended;
int shared, left_behind;

__attribute__((noinline)) static void old_writer(void)
{
	shared = 1;
}

static void many_releases(pthread_mutex_t *lock)
{
	for (int i = 0; i < 100000; i++) {
		pthread_mutex_lock(lock);
		pthread_mutex_unlock(lock);
	}
}

static void *nothing(void *unused)
{
	return unused;
}

static void many_threads(void)
{
	pthread_t thread;

	for (int i = 0; i < 100; i++) {
		pthread_create(&thread, 0, nothing, 0);
		pthread_join(thread, 0);
	}
}

static void *leaves(void *unused)
{
	left_behind = 1;
	barrier_wait(&ended);
	return unused;
}

static void first(void)
{
	pthread_t thread;

	old_writer();
	barrier_init(&ended, 2);
	pthread_create(&thread, 0, leaves, 0);
	pthread_detach(thread);
	barrier_wait(&ended);
	many_threads();
	many_releases(&firsts);
}

static void second(void)
{
	many_releases(&seconds);
	shared = 2;
	left_behind = 2;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: second()
// CHECK: Previous write of size 4 {{.*}}by thread T1
// CHECK: old_writer()
// CHECK: WARNING: DATA RACE
// CHECK: second()
// CHECK: Previous write of size 4
// CHECK: leaves()
// CHECK: Found 2 data race(s)
