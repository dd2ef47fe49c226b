// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Semaphores, taken in each way: who gets through comes after who posted. Whoever takes
// one need not be who gives it back.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <limits.h>
#include <semaphore.h>

#include "case.h"

static sem_t sem;

CASE(waited, waited = 1; WANT(0, sem_post(&sem)), WANT(0, sem_wait(&sem)); waited++)
CASE(tried, tried = 1; WANT(0, sem_post(&sem)), WANT(0, sem_trywait(&sem)); tried++)
CASE(timed, timed = 1; WANT(0, sem_post(&sem)), WANT(0, sem_timedwait(&sem, LATER(CLOCK_REALTIME))); timed++)
CASE(clocked, clocked = 1; WANT(0, sem_post(&sem)),
     WANT(0, sem_clockwait(&sem, CLOCK_MONOTONIC, LATER(CLOCK_MONOTONIC))); clocked++)

// A failed wait leaves errno, a successful one does not touch it.
CASE(errors, WANT(-1, sem_trywait(&sem)); WANT(EAGAIN, errno);
     WANT(-1, sem_timedwait(&sem, PAST(CLOCK_REALTIME))); WANT(ETIMEDOUT, errno);
     errno = 7; WANT(0, sem_post(&sem)); WANT(0, sem_wait(&sem)); WANT(7, errno), errors = 1)

// Who waits for a post destroys the semaphore while the poster may still be in there.
static sem_t *once;

static void *poster(void *unused)
{
	WANT(0, sem_post(__atomic_load_n(&once, __ATOMIC_RELAXED)));
	return unused;
}

static void *destroyer(void *unused)
{
	WANT(0, sem_wait(once));
	WANT(0, sem_destroy(once));
	free(once);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	WANT(0, sem_init(&sem, 0, 0));
	RUN(waited);
	RUN(tried);
	RUN(timed);
	RUN(clocked);
	RUN(errors);
	WANT(0, sem_destroy(&sem));
	for (int i = 0; i < 100; i++) {
		once = malloc(sizeof(*once));
		WANT(0, sem_init(once, 0, 0));
		pthread_create(&threads[0], 0, poster, 0);
		pthread_create(&threads[1], 0, destroyer, 0);
		for (int j = 0; j < 2; j++)
			pthread_join(threads[j], 0);
	}
	printf("%d %d %d %d\n", waited, tried, timed, clocked);
	return 0;
}

// CHECK: 2 2 2 2
