// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A message published with a release store, taken with an acquire load.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

static int data[4];
static atomic_int ready;

static void *sender(void *unused)
{
	for (int i = 0; i < 4; i++)
		data[i] = i + 1;
	atomic_store_explicit(&ready, 1, memory_order_release);
	return unused;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, 0, sender, 0);
	while (!atomic_load_explicit(&ready, memory_order_acquire))
		sched_yield();
	printf("%d\n", data[0] + data[1] + data[2] + data[3]);
	pthread_join(thread, 0);
	return 0;
}

// CHECK: 10
