// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What comes behind a barrier is not ordered by it, nor by a later round of others.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "case.h"

static pthread_barrier_t barrier, alone;
static struct barrier turn;
int behind, later;

static void *later_first(void *unused)
{
	pthread_barrier_wait(&barrier);
	behind = 1;
	barrier_wait(&turn);
	barrier_wait(&turn);
	later = 1;
	pthread_barrier_wait(&alone); // a round for each of the two
	barrier_wait(&turn);
	return unused;
}

static void *later_second(void *unused)
{
	pthread_barrier_wait(&barrier);
	barrier_wait(&turn);
	behind = 2;
	barrier_wait(&turn);
	barrier_wait(&turn);
	pthread_barrier_wait(&alone);
	later = 2;
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_barrier_init(&barrier, 0, 2);
	pthread_barrier_init(&alone, 0, 1);
	barrier_init(&turn, 2);
	pthread_create(&threads[0], 0, later_first, 0);
	pthread_create(&threads[1], 0, later_second, 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], 0);
	return 0;
}

// CHECK: Write of size 4
// CHECK: pthread_barrier.c:[[#@LINE-23]]
// CHECK: Previous write
// CHECK: pthread_barrier.c:[[#@LINE-38]]
// CHECK: Write of size 4
// CHECK: pthread_barrier.c:[[#@LINE-23]]
// CHECK: Previous write
// CHECK: pthread_barrier.c:[[#@LINE-39]]
// CHECK: Found 2 data race(s)
