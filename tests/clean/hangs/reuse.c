// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks, conditions, barriers and handles of threads that end and begin again, as POSIX allows:
// made anew by a call, by an initialiser, by zeroed memory; destroyed as soon as nobody waits,
// while those who waited have not left yet; the handle of a new thread is an old one's.
//
// RUN: %race_cc -I%S/../../../include -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -I%S/../../../include -O2 %s -o %t && %expect_clean %t

#define _GNU_SOURCE
#include <pthread.h>
#include <race.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "asleep.h"
#include "case.h"

#define ROUNDS 20
#define WAITERS 3

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_barrier_t barrier;
static int state;
static char custom;

static void locks_again(void)
{
	pthread_rwlock_t initial = PTHREAD_RWLOCK_INITIALIZER, *heap;

	for (int i = 0; i < ROUNDS; i++) {
		pthread_rwlock_destroy(&table);
		if (i % 3 == 0)
			table = initial;
		else if (i % 3 == 1)
			pthread_rwlock_init(&table, 0);
		else
			memset(&table, 0, sizeof(table));
		pthread_rwlock_rdlock(&table);
		pthread_rwlock_rdlock(&table);
		pthread_rwlock_unlock(&table);
		pthread_rwlock_unlock(&table);
		heap = calloc(1, sizeof(*heap));
		pthread_rwlock_wrlock(heap);
		pthread_rwlock_unlock(heap);
		pthread_rwlock_destroy(heap);
		free(heap);
		pthread_spin_init(&spin, 0);
		pthread_spin_lock(&spin);
		pthread_spin_unlock(&spin);
		pthread_spin_destroy(&spin);
	}
}

static void *waits(void *unused)
{
	pthread_mutex_lock(&lock);
	state++;
	while (state < 100)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return unused;
}

/* Behind the broadcast nobody is blocked on it, though nobody may have woken yet. */
static void conditions_again(void)
{
	pthread_cond_t initial = PTHREAD_COND_INITIALIZER;
	pthread_t threads[WAITERS];
	cnd_t c11;

	for (int i = 0; i < ROUNDS; i++) {
		state = 0;
		for (int t = 0; t < WAITERS; t++)
			pthread_create(&threads[t], 0, waits, 0);
		asleep_wait(WAITERS);
		pthread_mutex_lock(&lock);
		state = 100;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
		pthread_cond_destroy(&changed);
		for (int t = 0; t < WAITERS; t++)
			pthread_join(threads[t], 0);
		if (i % 2)
			changed = initial;
		else
			pthread_cond_init(&changed, 0);
		pthread_cond_signal(&changed);
		WANT(thrd_success, cnd_init(&c11));
		WANT(thrd_success, cnd_signal(&c11));
		WANT(thrd_success, cnd_broadcast(&c11));
		cnd_destroy(&c11);
	}
}

static void *arrives(void *unused)
{
	if (pthread_barrier_wait(&barrier) != PTHREAD_BARRIER_SERIAL_THREAD)
		return unused;
	pthread_barrier_destroy(&barrier);
	return unused;
}

/* One of those who came through destroys it, while others may be leaving. */
static void barriers_again(void)
{
	pthread_t threads[WAITERS];

	for (int i = 0; i < ROUNDS; i++) {
		pthread_barrier_init(&barrier, 0, WAITERS);
		for (int t = 0; t < WAITERS; t++)
			pthread_create(&threads[t], 0, arrives, 0);
		for (int t = 0; t < WAITERS; t++)
			pthread_join(threads[t], 0);
	}
}

static void *nothing(void *unused)
{
	return unused;
}

static int nothing_c11(void *unused)
{
	(void)unused;
	return 0;
}

static void handles_again(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	thrd_t c11;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < ROUNDS; i++) {
		WANT(0, pthread_create(&thread, 0, nothing, 0));
		WANT(0, pthread_join(thread, 0));
		WANT(0, pthread_create(&thread, &attr, nothing, 0));
		WANT(0, pthread_create(&thread, 0, nothing, 0));
		WANT(0, pthread_detach(thread));
		WANT(thrd_success, thrd_create(&c11, nothing_c11, 0));
		WANT(thrd_success, i % 2 ? thrd_join(c11, 0) : thrd_detach(c11));
	}
}

static void both_ways(void)
{
	race_mutex_locked(&custom, 0);
	race_mutex_locked(&custom, 1);
	race_mutex_unlocking(&custom, 0);
	race_mutex_unlocking(&custom, 1);
}

int main(void)
{
	locks_again();
	conditions_again();
	barriers_again();
	handles_again();
	both_ways();
	return 0;
}
