// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A process forks while its other threads lock, allocate and use atomics. Each child
// starts a thread of its own and ends with its own status.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int stop;
static long table[64];

static void *worker(void *unused)
{
	while (!stop) {
		pthread_mutex_lock(&lock);
		table[rand() % 64]++;
		pthread_mutex_unlock(&lock);
		free(malloc(100));
	}
	return unused;
}

static void *in_child(void *number)
{
	*(int *)number += 1;
	free(malloc(1000));
	return number;
}

int main(void)
{
	pthread_t thread[3];
	int right = 0;

	for (int i = 0; i < 3; i++)
		pthread_create(&thread[i], 0, worker, 0);
	for (int i = 0; i < 50; i++) {
		int status, number = i;
		pid_t child = fork();

		if (!child) {
			pthread_t own;

			pthread_create(&own, 0, in_child, &number);
			pthread_join(own, 0);
			exit(number);
		}
		waitpid(child, &status, 0);
		right += WIFEXITED(status) && WEXITSTATUS(status) == i + 1;
	}
	stop = 1;
	for (int i = 0; i < 3; i++)
		pthread_join(thread[i], 0);
	printf("%d children\n", right);
	return 0;
}

// CHECK: 50 children
