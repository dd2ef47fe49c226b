// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any number of readers.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

static int table[4096];

static void *reader(void *unused)
{
	long sum = 0;

	(void)unused;
	for (int round = 0; round < 10; round++)
		for (int i = 0; i < 4096; i++)
			sum += table[i];
	return (void *)sum;
}

int main(void)
{
	pthread_t threads[6];
	long sum = 0;

	for (int i = 0; i < 4096; i++)
		table[i] = i;
	for (int i = 0; i < 6; i++)
		pthread_create(&threads[i], 0, reader, 0);
	for (int i = 0; i < 6; i++) {
		void *result;

		pthread_join(threads[i], &result);
		sum += (long)result;
	}
	table[0] = 1; // after all of them were joined
	printf("%ld\n", sum);
	return 0;
}

// CHECK: 503193600
