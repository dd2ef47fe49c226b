// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A join that gave up, one of another thread, and a detach are no edges.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <threads.h>
#include <time.h>

#include "barrier.h"

static struct barrier turn;
int tried, timed, clocked, other, detached, detached_c11;

static void *writer(void *shared)
{
	*(int *)shared = 1;
	barrier_wait(&turn);
	barrier_wait(&turn);
	return 0;
}

static int writer_c11(void *shared)
{
	writer(shared);
	return 0;
}

static void *nothing(void *unused)
{
	return unused;
}

static pthread_t start(int *shared)
{
	pthread_t thread;

	pthread_create(&thread, 0, writer, shared);
	barrier_wait(&turn);
	return thread;
}

int main(void)
{
	struct timespec past = {0};
	pthread_t thread, second;
	thrd_t c11;

	barrier_init(&turn, 2);
	thread = start(&tried);
	pthread_tryjoin_np(thread, 0);
	tried = 2;
	barrier_wait(&turn);

	thread = start(&timed);
	pthread_timedjoin_np(thread, 0, &past);
	timed = 2;
	barrier_wait(&turn);

	thread = start(&clocked);
	pthread_clockjoin_np(thread, 0, CLOCK_MONOTONIC, &past);
	clocked = 2;
	barrier_wait(&turn);

	thread = start(&other);
	pthread_create(&second, 0, nothing, 0);
	pthread_join(second, 0);
	other = 2;
	barrier_wait(&turn);

	thread = start(&detached);
	pthread_detach(thread);
	detached = 2;
	barrier_wait(&turn);

	thrd_create(&c11, writer_c11, &detached_c11);
	barrier_wait(&turn);
	thrd_detach(c11);
	detached_c11 = 2;
	barrier_wait(&turn);
	return 0;
}

// CHECK: Found 6 data race(s)
