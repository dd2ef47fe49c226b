// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A signal at every instruction of a function, and the race with what it did at its
// start is found behind it, with the whole stack of both sides.
//
// RUN: %race_cc -O0 %s %support/step.c -o %t && %expect_race env RACE_OPTIONS=report_signal_unsafe=0 %t | FileCheck %s
// RUN: %race_cc -O2 %s %support/step.c -o %t && %expect_race env RACE_OPTIONS=report_signal_unsafe=0 %t | FileCheck %s

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "barrier.h"
#include "step.h"

int shared;
static struct barrier turn;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long table[64];
static atomic_long count;

__attribute__((noinline)) static void step(int i)
{
	table[i]++;
}

static void handler(int number)
{
	(void)number;
	step(1);
	atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
}

__attribute__((noinline)) static void writes(void)
{
	shared = 1;
}

__attribute__((noinline)) static void calls(void)
{
	writes();
	step(2);
}

static void *second(void *unused)
{
	barrier_wait(&turn);
	shared = 2;
	return unused;
}

static int region(void)
{
	pthread_t thread;

	barrier_init(&turn, 2);
	pthread_create(&thread, 0, second, 0);
	STEP_MARK();
	calls();
	for (int i = 0; i < 3; i++) {
		step(3);
		pthread_mutex_lock(&lock);
		step(4);
		pthread_mutex_unlock(&lock);
	}
	STEP_MARK();
	barrier_wait(&turn);
	pthread_join(thread, 0);
	return 0;
}

int main(void)
{
	long instructions = 0;

	signal(SIGUSR1, handler);
	return step_through(region, SIGUSR1, &instructions);
}

// CHECK: WARNING: DATA RACE
// CHECK: Write of size 4 at {{.*}} by thread T1
// CHECK: second()
// CHECK: Previous write of size 4 at {{.*}} by main thread
// CHECK-NEXT: writes()
// CHECK-NEXT: every_instruction.c:36
// CHECK-NEXT: calls()
// CHECK-NEXT: every_instruction.c:41
// CHECK-NEXT: region()
// CHECK: Found 1 data race(s)
