// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block allocated here, filled there, freed elsewhere, each step ordered by a mutex.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int *boxes[3]; // between the stages

static int *take(int stage)
{
	int *box = 0;

	while (!box) {
		pthread_mutex_lock(&lock);
		box = boxes[stage];
		boxes[stage] = 0;
		pthread_mutex_unlock(&lock);
		if (!box)
			sched_yield();
	}
	return box;
}

static void give(int stage, int *box)
{
	for (int given = 0; !given;) {
		pthread_mutex_lock(&lock);
		if (!boxes[stage]) {
			boxes[stage] = box;
			given = 1;
		}
		pthread_mutex_unlock(&lock);
		if (!given)
			sched_yield();
	}
}

static void *filler(void *unused)
{
	for (int i = 0; i < 500; i++) {
		int *box = take(0);

		*box = i;
		give(1, box);
	}
	return unused;
}

static void *emptier(void *result)
{
	for (int i = 0; i < 500; i++) {
		int *box = take(1);

		*(long *)result += *box;
		free(box);
	}
	return 0;
}

int main(void)
{
	pthread_t a, b;
	long sum = 0;

	pthread_create(&a, 0, filler, 0);
	pthread_create(&b, 0, emptier, &sum);
	for (int i = 0; i < 500; i++)
		give(0, malloc(sizeof(int)));
	pthread_join(a, 0);
	pthread_join(b, 0);
	printf("%ld\n", sum);
	return 0;
}

// CHECK: 124750
