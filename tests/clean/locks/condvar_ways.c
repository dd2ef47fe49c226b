// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each way to wait for a condition variable: the waiter gives its mutex back, and has it
// again when it goes on, whether it was woken, timed out or cancelled.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include "case.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER, by_clock;
static struct barrier holds;
static int value, cleaned;

static int wait_in(long way, int done)
{
	switch (way % 4) {
	case 0:
		return pthread_cond_wait(&changed, &mutex);
	case 1:
		return pthread_cond_timedwait(&changed, &mutex, done ? PAST(CLOCK_REALTIME) : LATER(CLOCK_REALTIME));
	case 2:
		return pthread_cond_timedwait(&by_clock, &mutex, done ? PAST(CLOCK_MONOTONIC) : LATER(CLOCK_MONOTONIC));
	default:
		return pthread_cond_clockwait(&changed, &mutex, CLOCK_MONOTONIC,
					      done ? PAST(CLOCK_MONOTONIC) : LATER(CLOCK_MONOTONIC));
	}
}

static void unlock(void *unused)
{
	(void)unused;
	cleaned++;
	value++; // the mutex is held
	WANT(0, pthread_mutex_unlock(&mutex));
}

static void *waiter(void *way)
{
	WANT(0, pthread_mutex_lock(&mutex));
	value = 1; // the waker sees it
	barrier_wait(&holds);
	while (value == 1)
		WANT(0, wait_in((long)way, 0));
	value++;
	if ((long)way % 4)
		WANT(ETIMEDOUT, wait_in((long)way, 1));
	value++;
	WANT(0, pthread_mutex_unlock(&mutex));
	return 0;
}

static void *waker(void *way)
{
	pthread_cond_t *cond = (long)way % 4 == 2 ? &by_clock : &changed;

	barrier_wait(&holds);
	WANT(0, pthread_mutex_lock(&mutex)); // it waits
	value++;
	WANT(0, (long)way < 4 ? pthread_cond_signal(cond) : pthread_cond_broadcast(cond));
	WANT(0, pthread_mutex_unlock(&mutex));
	return 0;
}

static void *cancelled(void *way)
{
	WANT(0, pthread_mutex_lock(&mutex));
	pthread_cleanup_push(unlock, 0);
	value = 1;
	barrier_wait(&holds);
	for (;;)
		wait_in((long)way, 0);
	pthread_cleanup_pop(0);
	return 0;
}

/* Writes while the other one waits, and again behind its cleanup handler. */
static void *canceller(void *victim)
{
	barrier_wait(&holds);
	WANT(0, pthread_mutex_lock(&mutex));
	value++;
	pthread_cancel(*(pthread_t *)victim);
	WANT(0, pthread_mutex_unlock(&mutex));
	for (int done = 0; !done;) {
		WANT(0, pthread_mutex_lock(&mutex));
		done = value == 3;
		WANT(0, pthread_mutex_unlock(&mutex));
	}
	return 0;
}

int main(void)
{
	pthread_t threads[2];
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&by_clock, &attr);
	barrier_init(&holds, 2);
	for (long way = 0; way < 8; way++) {
		pthread_create(&threads[0], 0, waiter, (void *)way);
		pthread_create(&threads[1], 0, waker, (void *)way);
		for (int i = 0; i < 2; i++)
			pthread_join(threads[i], 0);
		WANT(4, value);
	}
	for (long way = 0; way < 4; way++) {
		pthread_create(&threads[0], 0, cancelled, (void *)way);
		pthread_create(&threads[1], 0, canceller, &threads[0]);
		pthread_join(threads[1], 0);
		pthread_join(threads[0], 0);
	}
	WANT(EPERM, pthread_cond_wait(&changed, &checking));
	WANT(0, pthread_cond_destroy(&changed));
	WANT(0, pthread_cond_destroy(&by_clock));
	printf("%d\n", cleaned);
	return 0;
}

// CHECK: 4
