// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A robust mutex whose owner ended while it held it, by each way to end: what the dead
// one did, in its last destructors too, comes before its heir's section. The owner is
// joined only afterwards.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <sched.h>
#include <unistd.h>

#include "case.h"

static pthread_mutex_t mutex, inner;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_key_t key;
static struct barrier held;
static int value, from_destructor;

static void destructor(void *unused)
{
	(void)unused;
	from_destructor++;
}

static void *owner(void *way)
{
	pthread_setspecific(key, &key);
	WANT(0, pthread_mutex_lock(&mutex));
	WANT(0, pthread_mutex_lock(&inner)); // two at once
	value++;
	barrier_wait(&held);
	switch ((long)way) {
	case 0:
		return 0;
	case 1:
		pthread_exit(0);
	default:
		for (;;)
			pause(); // until it is cancelled
	}
}

static int lock(long way)
{
	switch (way) {
	case 0:
		return pthread_mutex_lock(&mutex);
	case 1:
		return pthread_mutex_timedlock(&mutex, LATER(CLOCK_REALTIME));
	case 2:
		return pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, LATER(CLOCK_MONOTONIC));
	default:
		for (;;) {
			int result = pthread_mutex_trylock(&mutex);

			if (result != EBUSY)
				return result;
			sched_yield();
		}
	}
}

static void *heir(void *way)
{
	WANT(EOWNERDEAD, lock((long)way));
	value++;
	from_destructor++;
	WANT(0, pthread_mutex_consistent(&mutex));
	WANT(0, pthread_mutex_unlock(&mutex));
	WANT(EOWNERDEAD, pthread_mutex_lock(&inner));
	value++;
	WANT(0, pthread_mutex_consistent(&inner));
	WANT(0, pthread_mutex_unlock(&inner));
	return 0;
}

static void *later(void *unused)
{
	WANT(0, pthread_mutex_lock(&mutex)); // as if nothing had been
	value++;
	WANT(0, pthread_mutex_unlock(&mutex));
	return unused;
}

/* The heir gets it by the wait on a condition variable. */
static void *waiter(void *unused)
{
	WANT(0, pthread_mutex_lock(&mutex));
	barrier_wait(&held);
	WANT(EOWNERDEAD, pthread_cond_wait(&changed, &mutex));
	value++;
	WANT(0, pthread_mutex_consistent(&mutex));
	WANT(0, pthread_mutex_unlock(&mutex));
	return unused;
}

static void *signaller(void *unused)
{
	barrier_wait(&held);
	WANT(0, pthread_mutex_lock(&mutex)); // the other one waits
	value++;
	pthread_cond_signal(&changed);
	return unused;
}

int main(void)
{
	pthread_t threads[3];
	pthread_mutexattr_t attr;

	pthread_key_create(&key, destructor);
	barrier_init(&held, 2);
	for (long round = 0; round < 16; round++) {
		pthread_mutexattr_init(&attr);
		pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
		if (round >= 8 && round % 4 < 2) // by its clock it may not be had
			pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
		WANT(0, pthread_mutex_init(&mutex, &attr));
		WANT(0, pthread_mutex_init(&inner, &attr));
		pthread_create(&threads[0], 0, owner, (void *)(round % 3));
		barrier_wait(&held);
		pthread_create(&threads[1], 0, heir, (void *)(round % 4));
		if (round % 3 == 2)
			pthread_cancel(threads[0]);
		pthread_join(threads[1], 0);
		pthread_create(&threads[2], 0, later, 0);
		pthread_join(threads[2], 0);
		pthread_join(threads[0], 0);
		pthread_mutex_destroy(&mutex);
		pthread_mutex_destroy(&inner);
	}
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	WANT(0, pthread_mutex_init(&mutex, &attr));
	pthread_create(&threads[0], 0, waiter, 0);
	pthread_create(&threads[1], 0, signaller, 0);
	pthread_join(threads[0], 0);
	pthread_join(threads[1], 0);
	printf("%d %d\n", value, from_destructor);
	return 0;
}

// CHECK: 66 32
