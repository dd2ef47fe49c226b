// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Phases divided by a pthread barrier: in each, threads read what others wrote in the one
// before.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

#define THREADS 3
#define ROUNDS 200

static pthread_barrier_t barrier;
static int cells[2][THREADS];

static void *worker(void *argument)
{
	int me = (int)(long)argument;

	for (int round = 0; round < ROUNDS; round++) {
		int *now = cells[round % 2], *before = cells[!(round % 2)];

		now[me] = before[(me + 1) % THREADS] + 1;
		pthread_barrier_wait(&barrier);
	}
	return 0;
}

int main(void)
{
	pthread_t threads[THREADS];

	pthread_barrier_init(&barrier, 0, THREADS);
	for (long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], 0, worker, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], 0);
	printf("%d\n", cells[1][0]);
	return 0;
}

// CHECK: 200
