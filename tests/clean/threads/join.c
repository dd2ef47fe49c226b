// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Create and join order: what the creator wrote before, what the thread wrote, what is
// read after.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

static int table[1000];

static void *square(void *argument)
{
	int *slot = argument;

	*slot *= *slot;
	return slot;
}

int main(void)
{
	long sum = 0;

	for (int i = 0; i < 1000; i++) {
		pthread_t thread;
		void *result;

		table[i] = i;
		pthread_create(&thread, 0, square, &table[i]);
		pthread_join(thread, &result);
		sum += *(int *)result;
	}
	printf("%ld\n", sum);
	return 0;
}

// CHECK: 332833500
