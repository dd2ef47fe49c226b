// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bounded buffer with two condition variables.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

#define ROOM 8
#define ITEMS 20000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER, not_empty = PTHREAD_COND_INITIALIZER;
static int items[ROOM], used, in, out;

static void *producer(void *unused)
{
	for (int i = 1; i <= ITEMS; i++) {
		pthread_mutex_lock(&lock);
		while (used == ROOM)
			pthread_cond_wait(&not_full, &lock);
		items[in++ % ROOM] = i;
		used++;
		pthread_cond_signal(&not_empty);
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	pthread_t thread;
	long sum = 0;

	pthread_create(&thread, 0, producer, 0);
	for (int i = 0; i < ITEMS; i++) {
		pthread_mutex_lock(&lock);
		while (!used)
			pthread_cond_wait(&not_empty, &lock);
		sum += items[out++ % ROOM];
		used--;
		pthread_cond_broadcast(&not_full);
		pthread_mutex_unlock(&lock);
	}
	pthread_join(thread, 0);
	printf("%ld\n", sum);
	return 0;
}

// CHECK: 200010000
