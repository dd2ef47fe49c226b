// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same with relaxed accesses and two fences.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

static int data;
static atomic_int ready;

static void *sender(void *unused)
{
	data = 12;
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&ready, 1, memory_order_relaxed);
	return unused;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, 0, sender, 0);
	while (!atomic_load_explicit(&ready, memory_order_relaxed))
		sched_yield();
	atomic_thread_fence(memory_order_acquire);
	printf("%d\n", data);
	pthread_join(thread, 0);
	return 0;
}

// CHECK: 12
