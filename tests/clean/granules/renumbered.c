// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linked with a runtime whose epochs and tids run out after a few thousand releases and
// two dozen threads: counters under locks, atomics, hand-overs, joined and detached
// threads, all of it renumbered many times over while they run.
//
// RUN: %race_tiny_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_tiny_cc -O2 %s -o %t && %expect_clean %t

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#define THREADS 6
#define ROUNDS 20000

static pthread_mutex_t lock[4] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
	                           PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };
static long guarded[4], table[64];
static atomic_long published;
static long payload[1024];
static sem_t ended;

static void *works(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&lock[i & 3]);
		guarded[i & 3] += table[i & 63];
		pthread_mutex_unlock(&lock[i & 3]);
	}
	return unused;
}

static void *publishes(void *unused)
{
	for (int i = 1; i < ROUNDS; i++) {
		payload[i & 1023] = i;
		atomic_store_explicit(&published, i, memory_order_release);
		while (atomic_load_explicit(&published, memory_order_acquire) == i)
			sched_yield();
	}
	return unused;
}

static void *consumes(void *unused)
{
	long sum = 0;

	for (int i = 1; i < ROUNDS; i++) {
		while (atomic_load_explicit(&published, memory_order_acquire) != i)
			sched_yield();
		sum += payload[i & 1023];
		atomic_store_explicit(&published, -i, memory_order_release);
	}
	return sum ? unused : &ended;
}

static void *passes_by(void *block)
{
	free(block);
	sem_post(&ended);
	return 0;
}

static void start_and_forget(int times)
{
	pthread_attr_t detached;
	pthread_t thread;

	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < times; i++) {
		pthread_create(&thread, &detached, passes_by, calloc(1, 64));
		sem_wait(&ended);
	}
}

int main(void)
{
	pthread_t thread[THREADS + 2];

	sem_init(&ended, 0, 0);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread[i], 0, works, 0);
	pthread_create(&thread[THREADS], 0, publishes, 0);
	pthread_create(&thread[THREADS + 1], 0, consumes, 0);
	start_and_forget(300);
	for (int i = 0; i < THREADS + 2; i++)
		pthread_join(thread[i], 0);
	return 0;
}
