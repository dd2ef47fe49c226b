// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A race told from the smallest stack that a thread can have, given by the program; and
// the use of that memory while the thread may still run.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>

#include "barrier.h"

static struct barrier turn;
static char stack[16384] __attribute__((aligned(4096)));
static int *volatile local;
int shared;

static void *worker(void *unused)
{
	int here = 1;

	barrier_wait(&turn);
	shared = 2;
	local = &here;
	here = 3;
	barrier_wait(&turn);
	barrier_wait(&turn);
	return unused;
}

int main(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	barrier_init(&turn, 2);
	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, stack, sizeof(stack));
	pthread_create(&thread, &attr, worker, 0);
	shared = 1;
	barrier_wait(&turn);
	barrier_wait(&turn);
	*local = 4;
	barrier_wait(&turn);
	pthread_join(thread, 0);
	return 0;
}

// CHECK: Write {{.*}}by thread T1
// CHECK: worker()
// CHECK: Previous write {{.*}}by main thread
// CHECK: main()
// CHECK: Read {{.*}}by main thread
// CHECK: Write {{.*}}by main thread
// CHECK: Previous write {{.*}}by thread T1
// CHECK: worker()
// CHECK: Found 3 data race(s)
