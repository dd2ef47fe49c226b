// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread that races while the program ends: atexit_sleep_ms gives it time, and lasts no
// longer than other threads live. Without others there is no wait at all.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race env RACE_OPTIONS=atexit_sleep_ms=3600000 %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race env RACE_OPTIONS=atexit_sleep_ms=3600000 %t | FileCheck %s
// RUN: %race_cxx -O1 -x c++ %s -o %t && %expect_race env RACE_OPTIONS=atexit_sleep_ms=3600000 %t | FileCheck %s
// RUN: %race_cc -O1 %S/../../clean/threads/join.c -o %t && %expect_clean env RACE_OPTIONS=atexit_sleep_ms=3600000 %t

#include <stdlib.h>

#include "two.h"

int counter;
static struct barrier ending;

static void *late(void *unused)
{
	barrier_wait(&ending);
	counter = 2;
	return unused;
}

static void ends(void)
{
	barrier_wait(&ending);
}

int main(void)
{
	pthread_t thread;

	barrier_init(&ending, 2);
	pthread_create(&thread, 0, late, 0);
	pthread_detach(thread);
	counter = 1;
	atexit(ends);
	return 0;
}

// CHECK: Write of size 4 at {{.*}} by thread T1:
// CHECK-NEXT: late(
// CHECK: Previous write of size 4 at {{.*}} by main thread:
// CHECK-NEXT: main()
// CHECK: Found 1 data race(s)
