// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Barriers: one thread of a round is the serial one, rounds follow each other at once,
// and whoever is first may destroy the barrier, make another of it or free it while the
// others are on their way out.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include "case.h"

#define THREADS 3
#define TIMES 300

static pthread_barrier_t *barrier;
static int cells[THREADS], serial;

static void *worker(void *argument)
{
	pthread_barrier_t *mine = barrier;
	long me = (long)argument;
	int result, sum = 0;

	cells[me] = 1;
	result = pthread_barrier_wait(mine);
	for (int i = 0; i < THREADS; i++)
		sum += cells[i];
	WANT(THREADS, sum);
	if (result == PTHREAD_BARRIER_SERIAL_THREAD) {
		serial++;
		WANT(0, pthread_barrier_destroy(mine));
		if (serial % 2) {
			WANT(0, pthread_barrier_init(mine, 0, 1));
			WANT(PTHREAD_BARRIER_SERIAL_THREAD, pthread_barrier_wait(mine));
			WANT(0, pthread_barrier_destroy(mine));
		}
		free(mine);
	} else {
		WANT(0, result);
	}
	return 0;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (int time = 0; time < TIMES; time++) {
		barrier = malloc(sizeof(*barrier));
		WANT(0, pthread_barrier_init(barrier, 0, THREADS));
		for (long i = 0; i < THREADS; i++)
			pthread_create(&threads[i], 0, worker, (void *)i);
		for (int i = 0; i < THREADS; i++)
			pthread_join(threads[i], 0);
	}
	printf("%d\n", serial);
	return 0;
}

// CHECK: 300
