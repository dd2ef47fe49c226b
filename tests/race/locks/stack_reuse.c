// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A mutex on the stack of a thread that is gone is not the mutex at the same address on
// the stack of the next one.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "case.h"

static char stack[1 << 19] __attribute__((aligned(4096)));
static pthread_mutex_t *places[2];
static long threads[2];
int shared;

static void *body(void *turn)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&mutex);
	shared = 1;
	pthread_mutex_unlock(&mutex);
	__atomic_store_n(&places[(long)turn], &mutex, __ATOMIC_RELAXED);
	__atomic_store_n(&threads[(long)turn], syscall(SYS_gettid), __ATOMIC_RELAXED);
	return 0;
}

int main(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, stack, sizeof(stack));
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (long turn = 0; turn < 2; turn++) {
		long tid;

		pthread_create(&thread, &attr, body, (void *)turn);
		// The stack is free when the kernel has no such thread any more.
		while (!(tid = __atomic_load_n(&threads[turn], __ATOMIC_RELAXED)) ||
		       !syscall(SYS_tgkill, getpid(), tid, 0))
			sched_yield();
	}
	WANT(__atomic_load_n(&places[0], __ATOMIC_RELAXED), __atomic_load_n(&places[1], __ATOMIC_RELAXED));
	return 0;
}

// CHECK: Write {{.*}}by thread T2
// CHECK: body()
// CHECK: Previous write {{.*}}by thread T1
// CHECK: body()
// CHECK: Found 1 data race(s)
