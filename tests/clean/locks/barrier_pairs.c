// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A barrier for two, used by four threads at once: who let each other through are ordered,
// also where the one that called first is the last to be counted by libc. A library between
// the program and libc makes it late, counts in libc's stead, and so knows the pairs.
//
// RUN: %clang -DLIBRARY -O1 -shared -fPIC %s -o %t.so
// RUN: %race_cc -O0 %s %t.so -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s %t.so -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <time.h>

#define THREADS 4
#define TIMES 10

extern __thread int pair_me; // 0 is the late one
int pair_other(void);
void pair_begin(void);
void pair_reset(void);

#ifdef LIBRARY
static volatile int who[THREADS];
static volatile int came, begun;
__thread int pair_me;
static __thread int position;

int pthread_barrier_wait(pthread_barrier_t *barrier)
{
	int (*real)(pthread_barrier_t *) =
		(int (*)(pthread_barrier_t *))dlsym(RTLD_NEXT, "pthread_barrier_wait");
	struct timespec moment = { .tv_nsec = 20000000 };

	if (pair_me == 0) {
		begun = 1;
		nanosleep(&moment, 0);
	}
	position = __atomic_fetch_add(&came, 1, __ATOMIC_SEQ_CST);
	who[position] = pair_me;
	while (*(volatile int *)barrier != position) // libc's count
		sched_yield();
	return real(barrier);
}

int pair_other(void)
{
	return who[position ^ 1];
}

// The others begin when the late one is on its way.
void pair_begin(void)
{
	while (pair_me && !begun)
		sched_yield();
}

void pair_reset(void)
{
	came = begun = 0;
}

#else
static pthread_barrier_t barrier;
static int cells[THREADS];

static void *one_of_two(void *argument)
{
	pair_me = (int)(long)argument;
	pair_begin();
	cells[pair_me]++;
	pthread_barrier_wait(&barrier);
	return (void *)(long)(cells[pair_other()] > 0);
}

int main(void)
{
	long sum = 0;

	for (int time = 0; time < TIMES; time++) {
		pthread_t threads[THREADS];

		pair_reset();
		pthread_barrier_init(&barrier, 0, 2);
		for (long i = 0; i < THREADS; i++)
			pthread_create(&threads[i], 0, one_of_two, (void *)i);
		for (int i = 0; i < THREADS; i++) {
			void *result;

			pthread_join(threads[i], &result);
			sum += (long)result;
		}
		pthread_barrier_destroy(&barrier);
	}
	printf("%ld\n", sum);
	return 0;
}
#endif

// CHECK: 40
