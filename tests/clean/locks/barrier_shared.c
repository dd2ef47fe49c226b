// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A barrier for three: two threads of one process and one of another. In each round the two
// let each other through, whatever the third's arrivals are that nobody sees here.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 100

static pthread_barrier_t *barrier;
static int cells[2][2];

static void *worker(void *argument)
{
	int me = (int)(long)argument;

	for (int round = 0; round < ROUNDS; round++) {
		int *now = cells[round % 2], *before = cells[!(round % 2)];

		now[me] = before[!me] + 1;
		pthread_barrier_wait(barrier);
	}
	return 0;
}

int main(void)
{
	pthread_barrierattr_t attr;
	pthread_t threads[2];
	pid_t child;
	int status;

	barrier = mmap(0, sizeof(*barrier), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_barrierattr_init(&attr);
	pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(barrier, &attr, 3);
	child = fork();
	if (child == 0) {
		for (int round = 0; round < ROUNDS; round++)
			pthread_barrier_wait(barrier);
		_exit(0);
	}
	for (long i = 0; i < 2; i++)
		pthread_create(&threads[i], 0, worker, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], 0);
	waitpid(child, &status, 0);
	pthread_barrier_destroy(barrier);
	printf("%d %d\n", cells[1][0], status);
	return 0;
}

// CHECK: 100 0
