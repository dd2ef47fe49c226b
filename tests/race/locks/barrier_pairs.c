// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A barrier for two, used by four threads: the first two let each other through, then the
// others. Neither pair comes after the other.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>

#include "barrier.h"

static pthread_barrier_t barrier;
static struct barrier turn;
int of_first, of_second;

static void first_comes(void) { of_first = 1; }
static void second_comes(void) { of_second = 1; }
static void first_goes(void) { of_second = 2; }
static void second_goes(void) { of_first = 2; }

static void *first_pair(void *leads)
{
	if (leads)
		first_comes();
	pthread_barrier_wait(&barrier);
	barrier_wait(&turn);
	barrier_wait(&turn);
	if (leads)
		first_goes();
	barrier_wait(&turn);
	return 0;
}

static void *second_pair(void *leads)
{
	barrier_wait(&turn);
	if (leads)
		second_comes();
	pthread_barrier_wait(&barrier);
	barrier_wait(&turn);
	barrier_wait(&turn);
	if (leads)
		second_goes();
	return 0;
}

int main(void)
{
	pthread_t threads[4];

	pthread_barrier_init(&barrier, 0, 2);
	barrier_init(&turn, 4);
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], 0, i < 2 ? first_pair : second_pair, i % 2 ? &turn : 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], 0);
	return 0;
}

// CHECK: Write of size 4
// CHECK-NEXT: first_goes()
// CHECK: Previous write
// CHECK-NEXT: second_comes()
// CHECK: Write of size 4
// CHECK-NEXT: second_goes()
// CHECK: Previous write
// CHECK-NEXT: first_comes()
// CHECK: Found 2 data race(s)
