// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread is cancelled while it waits in each kind of place: its cleanup handlers are
// part of its life, what it waited for can be used on, and the join is an edge.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "barrier.h"

static struct barrier turn, sleepers_turn;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static sem_t empty;
static int ends[2], cleaned, guarded, slept;
static pthread_t sleeper;

static void clean(void *how_often)
{
	cleaned += *(int *)how_often;
}

static void unlock(void *unused)
{
	guarded++;
	pthread_mutex_unlock(&lock);
	(void)unused;
}

static void in_condition(void)
{
	struct timespec far = {.tv_sec = time(0) + 1000};

	pthread_mutex_lock(&lock);
	pthread_cleanup_push(unlock, 0);
	pthread_cond_timedwait(&never, &lock, &far);
	pthread_cond_wait(&never, &lock);
	pthread_cleanup_pop(1);
}

static void in_semaphore(void) { while (sem_wait(&empty)) ; }
static void in_pipe(void) { (void)!read(ends[0], &guarded, sizeof(guarded)); }
static void in_sleep(void) { for (;;) sleep(1000); } // a signal ends one
static void in_join(void) { pthread_join(sleeper, 0); }
static void in_test(void) { for (;;) pthread_testcancel(); }

static void *worker(void *body)
{
	int once = 1;

	pthread_cleanup_push(clean, &once);
	barrier_wait(&turn);
	((void (*)(void))body)();
	pthread_cleanup_pop(0);
	return 0;
}

static void *sleeps(void *unused)
{
	barrier_wait(&sleepers_turn);
	slept++;
	return unused;
}

int main(void)
{
	void (*bodies[])(void) = {in_condition, in_semaphore, in_pipe, in_sleep, in_join, in_test};
	int cancelled = 0;

	barrier_init(&turn, 2);
	barrier_init(&sleepers_turn, 2);
	sem_init(&empty, 0, 0);
	(void)!pipe(ends);
	pthread_create(&sleeper, 0, sleeps, 0);
	for (int i = 0; i < 12; i++) {
		pthread_t thread;
		void *value;

		pthread_create(&thread, 0, worker, (void *)bodies[i / 2]);
		barrier_wait(&turn);
		if (i & 1)
			usleep(10000); // most likely it waits by now
		pthread_cancel(thread);
		pthread_join(thread, &value);
		cancelled += value == PTHREAD_CANCELED;
	}
	barrier_wait(&sleepers_turn);
	pthread_join(sleeper, 0);
	pthread_mutex_lock(&lock);
	sem_post(&empty);
	sem_wait(&empty);
	printf("%d cancelled, %d cleaned, %d guarded\n", cancelled, cleaned, guarded + slept);
	pthread_mutex_unlock(&lock);
	return 0;
}

// CHECK: 12 cancelled, 12 cleaned, 3 guarded
