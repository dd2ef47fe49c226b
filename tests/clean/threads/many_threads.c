// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two hundred threads alive at once, and their ids used again.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counter;

static void *worker(void *unused)
{
	for (int i = 0; i < 10; i++) {
		pthread_mutex_lock(&lock);
		counter++;
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	static pthread_t threads[200];

	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 200; i++)
			if (pthread_create(&threads[i], 0, worker, 0))
				return 1;
		for (int i = 0; i < 200; i++)
			pthread_join(threads[i], 0);
	}
	printf("%d\n", counter);
	return 0;
}

// CHECK: 10000
