// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Asynchronous cancellation ends a thread at any instruction, in the middle of a check or
// of an atomic operation; all others can go on with what it was working at.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static atomic_int running, cleaned;
static atomic_long words[512];
static long plain[64];

static void clean(void *count)
{
	atomic_fetch_add((atomic_int *)count, 1);
}

static void *worker(void *unused)
{
	pthread_cleanup_push(clean, &cleaned);
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, 0);
	atomic_store(&running, 1);
	for (unsigned i = 0;; i++) {
		atomic_fetch_add(&words[i % 512], 1);
		plain[i % 64]++;
	}
	pthread_cleanup_pop(0);
	return unused;
}

int main(void)
{
	int cancelled = 0;

	for (int i = 0; i < 300; i++) {
		pthread_t thread;
		void *value;

		running = 0;
		pthread_create(&thread, 0, worker, 0);
		while (!running)
			sched_yield();
		usleep(i % 50);
		pthread_cancel(thread);
		pthread_join(thread, &value);
		cancelled += value == PTHREAD_CANCELED;
		for (int k = 0; k < 512; k++)
			words[k] = plain[k % 64] = 0;
	}
	printf("%d cancelled, %d cleaned\n", cancelled, cleaned);
	return 0;
}

// CHECK: 300 cancelled, 300 cleaned
