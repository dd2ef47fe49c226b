// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recursion as deep as the stack of the program allows.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

static long levels;

__attribute__((noinline)) static long down(long depth)
{
	levels++;
	return depth ? down(depth - 1) + 1 : 0;
}

static void *worker(void *unused)
{
	(void)unused;
	return (void *)down(60000);
}

int main(void)
{
	pthread_t thread;
	void *result;

	pthread_create(&thread, 0, worker, 0);
	pthread_join(thread, &result);
	printf("%ld %ld\n", (long)result, levels);
	return 0;
}

// CHECK: 60000 60001
