// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks and threads used oddly, and rightly: given back by the child of a fork, told to be
// wrong by the kinds that look, left over by a robust one, bound to another condition when
// nobody waits any more, destroyed behind the last wake, detached in time or by itself,
// threads that run on when the program ends.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asleep.h"
#include "case.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t robust, checking, recursive;
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int state;

static void before(void)
{
	pthread_mutex_lock(&lock);
	pthread_rwlock_wrlock(&table);
}

static void after(void)
{
	pthread_rwlock_unlock(&table);
	pthread_mutex_unlock(&lock);
}

static void forks(void)
{
	int status;
	pid_t child;

	pthread_atfork(before, after, after);
	child = fork();
	if (child == 0)
		exit(0);
	WANT(child, waitpid(child, &status, 0));
	WANT(0, status);
}

static void kinds(void)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&checking, &attr);
	WANT(EPERM, pthread_mutex_unlock(&checking));
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&recursive, &attr);
	WANT(EPERM, pthread_mutex_unlock(&recursive));
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_NORMAL);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&robust, &attr);
}

static void *dies_with_it(void *unused)
{
	pthread_mutex_lock(&robust);
	return unused;
}

static void *waits(void *mutex)
{
	pthread_mutex_lock(mutex);
	state++;
	while (state != 2)
		pthread_cond_wait(&changed, mutex);
	pthread_mutex_unlock(mutex);
	return 0;
}

static void *nothing(void *unused)
{
	return unused;
}

static void *detaches(void *unused)
{
	pthread_detach(pthread_self());
	return unused;
}

static void *stays(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static void wait_with(pthread_mutex_t *mutex)
{
	pthread_t thread;

	state = 0;
	pthread_create(&thread, 0, waits, mutex);
	asleep_wait(1);
	pthread_mutex_lock(mutex);
	state = 2;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(mutex);
	pthread_join(thread, 0);
}

int main(void)
{
	pthread_t thread;

	kinds();
	pthread_create(&thread, 0, dies_with_it, 0);
	pthread_join(thread, 0);
	WANT(EOWNERDEAD, pthread_mutex_lock(&robust));
	pthread_mutex_consistent(&robust);
	pthread_mutex_unlock(&robust);
	forks();
	wait_with(&lock);
	wait_with(&other);
	pthread_cond_destroy(&changed);
	pthread_mutex_destroy(&other);
	pthread_mutex_init(&other, 0);
	pthread_mutex_lock(&other);
	pthread_mutex_unlock(&other);
	pthread_mutex_destroy(&other);
	memset(&other, 0, sizeof(other));
	pthread_mutex_lock(&other);
	pthread_mutex_unlock(&other);
	pthread_create(&thread, 0, detaches, 0);
	pthread_create(&thread, 0, nothing, 0);
	pthread_detach(thread);
	pthread_create(&thread, 0, stays, 0);
	return 0;
}
