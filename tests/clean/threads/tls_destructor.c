// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Destructors of thread-specific data run inside the thread's life, before its join.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_key_t key;
static int sum;

static void collect(void *value)
{
	sum += *(int *)value;
	free(value);
}

static void *worker(void *argument)
{
	int *value = malloc(sizeof(int));

	*value = (int)(long)argument;
	pthread_setspecific(key, value);
	return 0;
}

int main(void)
{
	pthread_key_create(&key, collect);
	for (long i = 1; i <= 100; i++) {
		pthread_t thread;

		pthread_create(&thread, 0, worker, (void *)i);
		pthread_join(thread, 0);
	}
	printf("%d\n", sum);
	return 0;
}

// CHECK: 5050
