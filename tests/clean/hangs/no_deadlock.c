// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What looks like a deadlock and is none: waits that give up, tries, errors that libc tells,
// a circle that a third thread opens, philosophers in order.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "asleep.h"
#include "case.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t fork_of[5];
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static struct barrier both, tried;
static pthread_t first, second;
static sem_t go;
static long meals;

static struct timespec soon(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	time.tv_nsec += 50000000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_nsec -= 1000000000;
		time.tv_sec++;
	}
	return time;
}

static void *waits(void *unused)
{
	pthread_mutex_lock(&a);
	barrier_wait(&both);
	pthread_mutex_lock(&b);
	pthread_mutex_unlock(&b);
	pthread_mutex_unlock(&a);
	return unused;
}

static void *gives_up(void *unused)
{
	struct timespec time;

	pthread_mutex_lock(&b);
	barrier_wait(&both);
	asleep_wait(2);
	WANT(EBUSY, pthread_mutex_trylock(&a));
	time = soon();
	WANT(ETIMEDOUT, pthread_mutex_timedlock(&a, &time));
	pthread_mutex_unlock(&b);
	return unused;
}

static void *dines(void *arg)
{
	long me = (long)arg, left = me, right = (me + 1) % 5;

	for (int i = 0; i < 200; i++) {
		pthread_mutex_lock(&fork_of[left < right ? left : right]);
		pthread_mutex_lock(&fork_of[left < right ? right : left]);
		__atomic_fetch_add(&meals, 1, __ATOMIC_RELAXED);
		pthread_mutex_unlock(&fork_of[left]);
		pthread_mutex_unlock(&fork_of[right]);
	}
	return 0;
}

/* Errors that libc tells. */
static void errors(void)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t checked, recursive;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&checked, &attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&recursive, &attr);
	pthread_mutex_lock(&checked);
	WANT(EDEADLK, pthread_mutex_lock(&checked));
	pthread_mutex_unlock(&checked);
	pthread_mutex_lock(&recursive);
	pthread_mutex_lock(&recursive);
	pthread_mutex_unlock(&recursive);
	pthread_mutex_unlock(&recursive);
	pthread_rwlock_wrlock(&table);
	WANT(EDEADLK, pthread_rwlock_wrlock(&table));
	WANT(EDEADLK, pthread_rwlock_rdlock(&table));
	pthread_rwlock_unlock(&table);
	WANT(EDEADLK, pthread_join(pthread_self(), 0));
}

/* A lock taken by one and handed to another: by a semaphore, which has no owner. */
static void *hands_over(void *unused)
{
	sem_wait(&go);
	barrier_wait(&both);
	return unused;
}

static void *takes_over(void *unused)
{
	barrier_wait(&both);
	sem_post(&go);
	return unused;
}

/* Readers beside readers. */
static void *reads(void *unused)
{
	pthread_rwlock_rdlock(&table);
	barrier_wait(&both);
	pthread_rwlock_rdlock(&table);
	barrier_wait(&tried);
	pthread_rwlock_unlock(&table);
	pthread_rwlock_unlock(&table);
	return unused;
}

static void run(void *(*one)(void *), void *(*other)(void *))
{
	barrier_init(&both, 2);
	barrier_init(&tried, 2);
	pthread_create(&first, 0, one, 0);
	pthread_create(&second, 0, other, 0);
	pthread_join(first, 0);
	pthread_join(second, 0);
}

int main(void)
{
	pthread_t philosopher[5];

	run(waits, gives_up);
	sem_init(&go, 0, 1);
	run(hands_over, takes_over);
	run(reads, reads);
	errors();
	for (int i = 0; i < 5; i++)
		pthread_mutex_init(&fork_of[i], 0);
	for (long i = 0; i < 5; i++)
		pthread_create(&philosopher[i], 0, dines, (void *)i);
	for (int i = 0; i < 5; i++)
		pthread_join(philosopher[i], 0);
	return meals == 1000 ? 0 : 3;
}
