// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A wait that times out holds the mutex again, and is ordered by it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static int ticks;

static void *worker(void *unused)
{
	for (int i = 0; i < 50; i++) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		pthread_mutex_lock(&lock);
		if (pthread_cond_timedwait(&never, &lock, &until) == ETIMEDOUT)
			ticks++;
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, 0, worker, 0);
	pthread_create(&b, 0, worker, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	printf("%d\n", ticks);
	return 0;
}

// CHECK: 100
