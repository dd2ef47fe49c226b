// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attempts at a pthread_once that come to nothing: the routine is cancelled, or leaves by
// pthread_exit; the next attempt, in another thread, sees what it has done.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <unistd.h>

#include "case.h"

static pthread_once_t once = PTHREAD_ONCE_INIT, nested = PTHREAD_ONCE_INIT;
static struct barrier begun, over;
static int attempts, inner;

static void inner_routine(void)
{
	inner++;
}

static void routine(void)
{
	pthread_once(&nested, inner_routine);
	switch (++attempts) {
	case 1:
		barrier_wait(&begun);
		for (;;)
			pause();
	case 2:
		pthread_exit(0);
	default:
		return;
	}
}

static void *attempt(void *unused)
{
	pthread_once(&once, routine);
	WANT(3, attempts);
	WANT(1, inner);
	return unused;
}

static void tell(void *unused)
{
	(void)unused;
	barrier_wait(&over);
}

/* Its end is told outside of the detector's view. */
static void *fruitless(void *unused)
{
	pthread_cleanup_push(tell, 0);
	pthread_once(&once, routine);
	pthread_cleanup_pop(0);
	return unused;
}

int main(void)
{
	pthread_t threads[4];

	barrier_init(&begun, 2);
	barrier_init(&over, 2);
	pthread_create(&threads[0], 0, fruitless, 0);
	barrier_wait(&begun);
	pthread_cancel(threads[0]);
	barrier_wait(&over);
	pthread_create(&threads[1], 0, fruitless, 0);
	barrier_wait(&over);
	for (int i = 2; i < 4; i++)
		pthread_create(&threads[i], 0, attempt, 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], 0);
	printf("%d\n", attempts);
	return 0;
}

// CHECK: 3
