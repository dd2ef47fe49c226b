// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every way to wait for a thread's end is an edge; one that fails says what libc says: of
// itself, too early, of a detached thread, of one that has been joined.
//
// RUN: %clang %s -pthread -I%support %build/tests/barrier.o -o %t && %t | FileCheck %s
// RUN: %race_cc -O0 %s -o %t && %expect_clean env RACE_OPTIONS=report_misuse=0 %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean env RACE_OPTIONS=report_misuse=0 %t | FileCheck %s

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "barrier.h"

static struct barrier turn;
static int written[4];

static void *writer(void *slot)
{
	barrier_wait(&turn);
	*(int *)slot = 7;
	return slot;
}

static struct timespec after(clockid_t clock, int ms)
{
	struct timespec time;

	clock_gettime(clock, &time);
	time.tv_sec += ms / 1000;
	time.tv_nsec += ms % 1000 * 1000000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_sec++;
		time.tv_nsec -= 1000000000;
	}
	return time;
}

static int join_by(int way, pthread_t thread, int ms, void **value)
{
	struct timespec wall = after(CLOCK_REALTIME, ms), steady = after(CLOCK_MONOTONIC, ms);
	int result;

	switch (way) {
	case 0:
		while ((result = pthread_tryjoin_np(thread, value)) == EBUSY && ms)
			usleep(100);
		return result;
	case 1:
		return pthread_timedjoin_np(thread, value, &wall);
	case 2:
		return pthread_clockjoin_np(thread, value, CLOCK_MONOTONIC, &steady);
	default:
		return pthread_join(thread, value);
	}
}

static void *joins_itself(void *unused)
{
	int result = pthread_join(pthread_self(), 0);

	printf("itself: %s\n", strerrorname_np(result));
	return unused;
}

static void *waits(void *unused)
{
	barrier_wait(&turn);
	return unused;
}

int main(void)
{
	pthread_t thread;
	void *value;

	barrier_init(&turn, 2);
	for (int way = 0; way < 4; way++) {
		int early = 0, result;

		pthread_create(&thread, 0, writer, &written[way]);
		if (way < 3)
			early = join_by(way, thread, 0, &value);
		barrier_wait(&turn);
		result = join_by(way, thread, 60000, &value);
		printf("%s, then %d: %d\n", strerrorname_np(early), result, *(int *)value);
		if (pthread_join(thread, 0) == 0)
			puts("joined twice");
	}
	pthread_create(&thread, 0, joins_itself, 0);
	pthread_join(thread, 0);
	pthread_create(&thread, 0, waits, 0);
	pthread_detach(thread);
	printf("detached: %s %s\n", strerrorname_np(pthread_join(thread, 0)),
	       strerrorname_np(pthread_tryjoin_np(thread, 0)));
	printf("again: %s\n", strerrorname_np(pthread_detach(thread)));
	barrier_wait(&turn);
	return 0;
}

// CHECK: EBUSY, then 0: 7
// CHECK-NEXT: ETIMEDOUT, then 0: 7
// CHECK-NEXT: ETIMEDOUT, then 0: 7
// CHECK-NEXT: 0, then 0: 7
// CHECK-NEXT: itself: EDEADLK
// CHECK-NEXT: detached: EINVAL {{EINVAL|EBUSY}}
// CHECK-NEXT: again: EINVAL
