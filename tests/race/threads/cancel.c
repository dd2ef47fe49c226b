// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// That a thread was asked to end does not say that it has: its cleanup handler races with
// who cancelled it and did not join. So does a thread that was cancelled at once.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>
#include <unistd.h>

#include "barrier.h"

static struct barrier turn;
int deferred, at_once;

static void clean(void *shared)
{
	*(int *)shared = 1;
	barrier_wait(&turn);
}

static void *sleeps(void *unused)
{
	pthread_cleanup_push(clean, &deferred);
	barrier_wait(&turn);
	for (;;) // a signal ends one
		sleep(1000);
	pthread_cleanup_pop(0);
	return unused;
}

static void *spins(void *unused)
{
	pthread_cleanup_push(clean, &at_once);
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, 0);
	barrier_wait(&turn);
	for (volatile int i = 0;; i++)
		;
	pthread_cleanup_pop(0);
	return unused;
}

static void cancel(void *(*body)(void *), int *shared)
{
	pthread_t thread;

	pthread_create(&thread, 0, body, 0);
	barrier_wait(&turn);
	pthread_cancel(thread);
	barrier_wait(&turn);
	*shared = 2;
	pthread_join(thread, 0);
}

int main(void)
{
	barrier_init(&turn, 2);
	cancel(sleeps, &deferred);
	cancel(spins, &at_once);
	return 0;
}

// CHECK: Write {{.*}}by main thread
// CHECK: Previous write {{.*}}by thread T1
// CHECK: clean()
// CHECK: sleeps()
// CHECK: Previous write {{.*}}by thread T2
// CHECK: clean()
// CHECK: Found 2 data race(s)
