// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// main leaves by pthread_exit: its end can be joined, its key destructors run, and the
// process ends with its last thread, in which the exit handlers come after all others,
// and signals still arrive.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "barrier.h"

static struct barrier turn;
static pthread_t main_thread;
static pthread_key_t key;
static int of_main, of_destructor, of_detached, of_last;

static void on_signal(int number)
{
	printf("signal %d\n", number == SIGUSR1);
}

static void at_end(void)
{
	printf("%d %d %d %d\n", of_main, of_destructor, of_detached, of_last);
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
}

static void destroy(void *value)
{
	of_destructor = *(int *)value;
}

static void *detached(void *unused)
{
	of_detached = 3;
	barrier_wait(&turn);
	return unused;
}

static void *last(void *unused)
{
	void *value;

	barrier_wait(&turn);
	if (pthread_join(main_thread, &value) == 0)
		of_last = of_main + of_destructor + *(int *)value;
	usleep(20000); // the other is over by now: as it is not joined, that is not an edge yet
	return unused;
}

int main(void)
{
	static int value = 2;
	pthread_t thread;

	barrier_init(&turn, 2);
	atexit(at_end);
	pthread_key_create(&key, destroy);
	main_thread = pthread_self();
	pthread_setspecific(key, &value);
	pthread_create(&thread, 0, detached, 0);
	pthread_detach(thread);
	pthread_create(&thread, 0, last, 0);
	pthread_detach(thread);
	of_main = 1;
	pthread_exit(&value);
}

// CHECK: 1 2 3 5
// CHECK: signal 1
