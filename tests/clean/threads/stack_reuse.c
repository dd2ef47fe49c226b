// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads get stacks, and blocks of thread-local storage, that ended threads have used.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static __thread int mine[16];

static int use_stack(int depth)
{
	volatile char room[500];

	memset((char *)room, depth, sizeof(room));
	return depth ? use_stack(depth - 1) + room[3] : room[7];
}

static void *worker(void *unused)
{
	(void)unused;
	for (int i = 0; i < 16; i++)
		mine[i]++;
	return (void *)(long)(use_stack(20) + mine[5]);
}

int main(void)
{
	long sum = 0;

	for (int i = 0; i < 200; i++) {
		pthread_t a, b;
		void *result;

		pthread_create(&a, 0, worker, 0);
		pthread_create(&b, 0, worker, 0);
		pthread_join(a, &result);
		sum += (long)result;
		pthread_join(b, &result);
		sum += (long)result;
	}
	printf("%ld\n", sum);
	return 0;
}

// CHECK: 84400
