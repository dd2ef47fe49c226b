// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// 1,000 threads alive at once: the first and the last of them race.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <limits.h>
#include <pthread.h>
#include <stdio.h>

#include "barrier.h"

#define THREADS 1000

static struct barrier all, turn;
int shared;

static void *worker(void *number)
{
	barrier_wait(&all);
	if ((long)number == THREADS - 1)
		barrier_wait(&turn);
	if ((long)number == 0 || (long)number == THREADS - 1)
		shared = (int)(long)number;
	if ((long)number == 0)
		barrier_wait(&turn);
	barrier_wait(&all);
	return 0;
}

int main(void)
{
	static pthread_t threads[THREADS];
	pthread_attr_t attr;

	barrier_init(&all, THREADS + 1);
	barrier_init(&turn, 2);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 << 10);
	for (long i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], &attr, worker, (void *)i))
			return 1;
	barrier_wait(&all);
	barrier_wait(&all);
	for (long i = 0; i < THREADS; i++)
		pthread_join(threads[i], 0);
	printf("%d\n", shared);
	return 0;
}

// CHECK: 999
// CHECK: Write {{.*}}by thread T1000
// CHECK: Previous write {{.*}}by thread T1:
// CHECK: Found 1 data race(s)
