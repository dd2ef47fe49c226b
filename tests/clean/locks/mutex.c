// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Four threads share a counter under one mutex; the sum is right and nothing is said.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long counter;

static void *worker(void *unused)
{
	for (int i = 0; i < 10000; i++) {
		pthread_mutex_lock(&lock);
		counter++;
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], 0, worker, 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], 0);
	printf("%ld\n", counter);
	return 0;
}

// CHECK: 40000
