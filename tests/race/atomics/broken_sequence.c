// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A relaxed store by another thread ends the release sequence: who acquires that store has
// not acquired the first.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdatomic.h>
#include <pthread.h>

#include "barrier.h"

static struct barrier turn;
int data, seen;
atomic_int flag;

static void *publisher(void *unused)
{
	data = 1;
	atomic_store_explicit(&flag, 1, memory_order_release);
	barrier_wait(&turn);
	barrier_wait(&turn);
	return unused;
}

static void *intruder(void *unused)
{
	barrier_wait(&turn);
	atomic_store_explicit(&flag, 2, memory_order_relaxed);
	barrier_wait(&turn);
	return unused;
}

static void *reader(void *unused)
{
	barrier_wait(&turn);
	barrier_wait(&turn);
	if (atomic_load_explicit(&flag, memory_order_acquire) == 2)
		seen = data;
	return unused;
}

int main(void)
{
	void *(*bodies[])(void *) = {publisher, intruder, reader};
	pthread_t threads[3];

	barrier_init(&turn, 3);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], 0, bodies[i], 0);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], 0);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Read {{.*}}by thread T3
// CHECK: reader()
// CHECK: Previous write {{.*}}by thread T1
// CHECK: publisher()
// CHECK: Found 1 data race(s)
