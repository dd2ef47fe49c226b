// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks that malloc hands out again, to other threads too, carry no history.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *worker(void *argument)
{
	unsigned seed = (unsigned)(long)argument;
	long sum = 0;

	for (int i = 0; i < 20000; i++) {
		size_t size = 1 + rand_r(&seed) % 300;
		unsigned char *block = malloc(size);

		memset(block, i, size);
		sum += block[size / 2] == (unsigned char)i;
		if (i % 7 == 0) {
			block = realloc(block, 2 * size);
			block[2 * size - 1] = 1;
		}
		free(block);
	}
	return (void *)sum;
}

int main(void)
{
	long sum = 0;

	for (int round = 0; round < 2; round++) {
		pthread_t threads[4];

		for (long i = 0; i < 4; i++)
			pthread_create(&threads[i], 0, worker, (void *)(i + 1));
		for (int i = 0; i < 4; i++) {
			void *result;

			pthread_join(threads[i], &result);
			sum += (long)result;
		}
	}
	printf("%ld\n", sum);
	return 0;
}

// CHECK: 160000
