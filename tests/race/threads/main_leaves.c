// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// main has left by pthread_exit and nobody joined it: another thread races with what it
// did, and the report still has names and lines.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>
#include <unistd.h>

#include "barrier.h"

static struct barrier turn;
static pthread_key_t key;
int of_main, of_destructor;

static void destroy(void *value)
{
	of_destructor = *(int *)value;
	barrier_wait(&turn);
}

static void *last(void *unused)
{
	barrier_wait(&turn);
	usleep(50000); // long enough for main to be gone on most runs, needed on none
	of_main = 2;
	of_destructor = 3;
	return unused;
}

int main(void)
{
	static int value = 2;
	pthread_t thread;

	barrier_init(&turn, 2);
	pthread_key_create(&key, destroy);
	pthread_setspecific(key, &value);
	pthread_create(&thread, 0, last, 0);
	of_main = 1;
	pthread_exit(0);
}

// CHECK: Write {{.*}}by thread T1
// CHECK-NEXT: last()
// CHECK-NEXT: main_leaves.c:[[#@LINE-20]]
// CHECK: Previous write {{.*}}by main thread
// CHECK-NEXT: main()
// CHECK: Previous write {{.*}}by main thread
// CHECK-NEXT: destroy()
// CHECK: Found 2 data race(s)
