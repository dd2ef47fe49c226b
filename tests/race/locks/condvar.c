// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A condition variable orders nothing by itself: neither its signal nor its broadcast,
// nor what the signaller does when it has given the mutex back, nor a wait that fails.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include "case.h"

static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static struct barrier written;
int late;

CASE(by_signal, by_signal = 1; pthread_cond_signal(&changed), pthread_cond_signal(&changed); by_signal = 2)
CASE(by_broadcast, by_broadcast = 1; pthread_cond_broadcast(&changed), pthread_cond_broadcast(&changed); by_broadcast = 2)
CASE(no_owner, no_owner = 1; WANT(EPERM, pthread_cond_wait(&changed, &checking)),
     WANT(0, pthread_mutex_lock(&checking)); no_owner = 2; WANT(0, pthread_mutex_unlock(&checking)))

static int told;

static void *late_second(void *unused)
{
	pthread_mutex_lock(&mutex);
	while (!told)
		pthread_cond_wait(&changed, &mutex);
	pthread_mutex_unlock(&mutex);
	barrier_wait(&written);
	late = 2;
	return unused;
}

static void *late_first(void *unused)
{
	pthread_mutex_lock(&mutex);
	told = 1;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&mutex);
	late = 1;
	barrier_wait(&written);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	RUN(by_signal);
	RUN(by_broadcast);
	RUN(no_owner);
	barrier_init(&written, 2);
	pthread_create(&threads[0], 0, late_second, 0);
	pthread_create(&threads[1], 0, late_first, 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], 0);
	return 0;
}

// CHECK: by_signal_second()
// CHECK: Previous write
// CHECK: by_signal_first()
// CHECK: by_broadcast_second()
// CHECK: Previous write
// CHECK: by_broadcast_first()
// CHECK: no_owner_second()
// CHECK: Previous write
// CHECK: no_owner_first()
// CHECK: late_second()
// CHECK: Previous write
// CHECK: late_first()
// CHECK: Found 4 data race(s)
