// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A recursive mutex is given up with the last unlock only.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static int calls;

static void enter(int depth)
{
	pthread_mutex_lock(&lock);
	calls++;
	if (depth)
		enter(depth - 1);
	calls++;
	pthread_mutex_unlock(&lock);
}

static void *worker(void *unused)
{
	for (int i = 0; i < 2000; i++)
		enter(4);
	return unused;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, 0, worker, 0);
	pthread_create(&b, 0, worker, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	printf("%d\n", calls);
	return 0;
}

// CHECK: 40000
