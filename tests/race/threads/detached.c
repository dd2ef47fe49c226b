// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A detached thread has ended, yet nobody has joined it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>
#include <unistd.h>

#include "barrier.h"

static struct barrier turn;
int shared;

static void *worker(void *unused)
{
	pthread_detach(pthread_self());
	shared = 1;
	barrier_wait(&turn);
	return unused;
}

int main(void)
{
	pthread_t thread;

	barrier_init(&turn, 2);
	pthread_create(&thread, 0, worker, 0);
	barrier_wait(&turn);
	usleep(50000); // long enough for the thread to end on most runs, needed on none
	shared = 2;
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Write {{.*}}by main thread
// CHECK: Previous write {{.*}}by thread T1
// CHECK: worker()
// CHECK: Thread T1 ({{running|finished}}) created at
// CHECK: Found 1 data race(s)
