// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A spin lock made of atomics, compare-exchange with acquire, store with release.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int locked;
static int counter;

static void *worker(void *unused)
{
	for (int i = 0; i < 5000; i++) {
		int no = 0;

		while (!atomic_compare_exchange_weak_explicit(&locked, &no, 1, memory_order_acquire,
							      memory_order_relaxed)) {
			no = 0;
			sched_yield();
		}
		counter++;
		atomic_store_explicit(&locked, 0, memory_order_release);
	}
	return unused;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, 0, worker, 0);
	pthread_create(&b, 0, worker, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	printf("%d\n", counter);
	return 0;
}

// CHECK: 10000
