// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// pthread_once: whoever comes later has seen the initialisation.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int table[10], sums[4];

static void fill(void)
{
	for (int i = 0; i < 10; i++)
		table[i] = i;
}

static void *worker(void *argument)
{
	pthread_once(&once, fill);
	for (int i = 0; i < 10; i++)
		*(int *)argument += table[i];
	return 0;
}

int main(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], 0, worker, &sums[i]);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], 0);
	printf("%d %d\n", sums[0], sums[3]);
	return 0;
}

// CHECK: 45 45
