// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread that waits for a condition counts for the floor with what was released at the
// mutex, and with no more: a write that was not released there is kept for it, whatever
// others do to the granule meanwhile.
//
// RUN: %race_cc -O0 %s -o %t && %expect 66 %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect 66 %t | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>

#include "asleep.h"
#include "barrier.h"

static union {
	unsigned long word;
	volatile char byte[8];
} x __attribute__((aligned(8)));
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static struct barrier ready, written, known, read_often;
static int woken;
unsigned long sum;

static void *waits(void *unused)
{
	pthread_mutex_lock(&mutex);
	while (!woken)
		pthread_cond_wait(&cond, &mutex);
	pthread_mutex_unlock(&mutex);
	sum += x.word;
	return unused;
}

/* Knows of the write, as all but the waiter do, and leaves each byte in an epoch of its own, again and again. */
static void *reads(void *unused)
{
	unsigned long total = 0;

	barrier_wait(&known);
	for (int i = 0; i < 800; i++) {
		pthread_mutex_lock(&other);
		total += (unsigned long)x.byte[i % 8];
		pthread_mutex_unlock(&other);
	}
	barrier_wait(&read_often);
	return (void *)(total & 0) ?: unused;
}

/* Signals without the mutex, at which nothing is released any more. */
static void *wakes(void *unused)
{
	pthread_mutex_lock(&mutex);
	woken = 1;
	pthread_mutex_unlock(&mutex);
	barrier_wait(&ready);
	barrier_wait(&written);
	pthread_mutex_lock(&other);
	pthread_mutex_unlock(&other);
	barrier_wait(&known);
	barrier_wait(&read_often);
	pthread_cond_signal(&cond);
	return unused;
}

int main(void)
{
	pthread_t thread[3];

	barrier_init(&ready, 2);
	barrier_init(&written, 2);
	barrier_init(&known, 2);
	barrier_init(&read_often, 2);
	pthread_create(&thread[0], 0, waits, 0);
	asleep_wait(1);
	pthread_create(&thread[1], 0, wakes, 0);
	pthread_create(&thread[2], 0, reads, 0);
	barrier_wait(&ready);
	pthread_mutex_lock(&other);
	x.word = 1;
	pthread_mutex_unlock(&other);
	barrier_wait(&written);
	for (int i = 0; i < 3; i++)
		pthread_join(thread[i], 0);
	fprintf(stderr, "sum %lu\n", sum);
}

// CHECK: WARNING: DATA RACE
// CHECK-NEXT: Read of size 8 at {{.*}} by thread T1:
// CHECK-NEXT: waits()
// CHECK-NEXT: idle_waiter.c:[[@LINE-60]]
// CHECK: Previous write of size 8 at {{.*}} by main thread:
// CHECK-NEXT: main()
// CHECK-NEXT: idle_waiter.c:[[@LINE-14]]
// CHECK-NOT: DATA RACE
// CHECK: sum 1
