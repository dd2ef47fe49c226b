// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every kind of mutex, taken in every way: the second thread sees what the first did.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <string.h>

#include <sched.h>

#include "case.h"

enum { NORMAL, RECURSIVE, ERRORCHECK, ADAPTIVE, ROBUST, INHERIT, PROTECT, SHARED, STATIC, KINDS = STATIC + 4 };

static const pthread_mutex_t made[4] = {
	PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP,
	PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP,
	PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP,
};

static pthread_mutex_t mutex;
static int way, value;

static void make(int kind)
{
	pthread_mutexattr_t attr;

	if (kind >= STATIC) {
		memcpy(&mutex, &made[kind - STATIC], sizeof(mutex));
		return;
	}
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, kind == RECURSIVE  ? PTHREAD_MUTEX_RECURSIVE :
					 kind == ERRORCHECK ? PTHREAD_MUTEX_ERRORCHECK :
					 kind == ADAPTIVE   ? PTHREAD_MUTEX_ADAPTIVE_NP :
							      PTHREAD_MUTEX_NORMAL);
	if (kind == ROBUST)
		pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	if (kind == INHERIT)
		pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	if (kind == PROTECT)
		pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_PROTECT);
	if (kind == SHARED)
		pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	WANT(0, pthread_mutex_init(&mutex, &attr));
	pthread_mutexattr_destroy(&attr);
}

static int lock(void)
{
	switch (way) {
	case 0:
		return pthread_mutex_lock(&mutex);
	case 1:
		return pthread_mutex_trylock(&mutex);
	case 2:
		return pthread_mutex_timedlock(&mutex, LATER(CLOCK_REALTIME));
	default:
		return pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, LATER(CLOCK_MONOTONIC));
	}
}

// A priority is protected for threads that have one; who may not have it is refused.
static int kind_now;
static void prefer(int scheduler)
{
	struct sched_param priority = { .sched_priority = scheduler == SCHED_FIFO };

	if (kind_now == PROTECT)
		pthread_setschedparam(pthread_self(), scheduler, &priority);
}

static void turn(void)
{
	int result;

	prefer(SCHED_FIFO);
	result = lock();
	if (result == 0) { // a clock for inheritance may be refused, too
		value++;
		WANT(0, pthread_mutex_unlock(&mutex));
	}
	prefer(SCHED_OTHER);
}

static void nested_turn(void)
{
	WANT(0, pthread_mutex_lock(&mutex));
	turn();
	value++;
	WANT(0, pthread_mutex_unlock(&mutex));
}

int main(void)
{
	for (int kind = 0; kind < KINDS; kind++)
		for (way = 0; way < 4; way++) {
			kind_now = kind;
			make(kind);
			run_two(turn, turn);
			if (kind == RECURSIVE || kind == STATIC + 1)
				run_two(nested_turn, nested_turn);
			WANT(0, pthread_mutex_destroy(&mutex));
		}
	puts(value >= 2 * 4 * (KINDS - 2) ? "all taken" : "too few");
	return 0;
}

// CHECK: all taken
