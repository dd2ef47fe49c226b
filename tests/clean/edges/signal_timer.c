// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A timer interrupts four threads ten thousand times a second; its handler uses an
// atomic that they use, too. Nothing hangs, nothing is lost, nothing is reported.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#define TURNS 100000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_long interrupts, steps;
static long table[64];

static void interrupted(int signal)
{
	(void)signal;
	atomic_fetch_add(&interrupts, 1);
	atomic_fetch_add(&steps, 0);
}

static void *worker(void *unused)
{
	for (int i = 0; i < TURNS; i++) {
		pthread_mutex_lock(&lock);
		table[i % 64]++;
		pthread_mutex_unlock(&lock);
		atomic_fetch_add(&steps, 1);
		free(malloc(i % 100));
	}
	return unused;
}

int main(void)
{
	struct sigaction action = { .sa_handler = interrupted, .sa_flags = SA_RESTART };
	struct itimerval often = { { 0, 100 }, { 0, 100 } };
	pthread_t thread[4];
	long sum = 0;

	sigaction(SIGALRM, &action, 0);
	setitimer(ITIMER_REAL, &often, 0);
	for (int i = 0; i < 4; i++)
		pthread_create(&thread[i], 0, worker, 0);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], 0);
	for (int i = 0; i < 64; i++)
		sum += table[i];
	printf("%ld %ld %s\n", sum, steps, interrupts > 10 ? "interrupted" : "quiet");
	return 0;
}

// CHECK: 400000 400000 interrupted
