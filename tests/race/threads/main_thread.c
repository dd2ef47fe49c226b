// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The main thread goes on writing what it handed to a thread.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>

#include "barrier.h"

static struct barrier turn;

static void *worker(void *argument)
{
	*(int *)argument = 1;
	barrier_wait(&turn);
	return 0;
}

int main(void)
{
	static int shared;
	pthread_t thread;

	barrier_init(&turn, 2);
	shared = 5;
	pthread_create(&thread, 0, worker, &shared);
	barrier_wait(&turn);
	shared = 2;
	pthread_join(thread, 0);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Write {{.*}}by main thread
// CHECK: main()
// CHECK-NEXT: main_thread.c:[[#@LINE-8]]
// CHECK: Previous write {{.*}}by thread T1
// CHECK: worker()
// CHECK: Found 1 data race(s)
