// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread that joins another counts for the floor with what that one knows, but not where a
// handler can run in the middle of the join: another process's signal comes after nothing,
// and a write that all other threads know of is kept for it, whatever they do to the granule.
//
// RUN: %race_cc -O0 %s -o %t && %expect 66 %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect 66 %t | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "asleep.h"
#include "barrier.h"

static union {
	unsigned long word;
	volatile char byte[8];
} x __attribute__((aligned(8)));
static pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
static struct barrier known, handled;
static int ask[2];
static unsigned long sum;

static void handler(int number)
{
	(void)number;
	sum += x.word;
	barrier_wait(&handled);
}

static void *writes(void *unused)
{
	asleep_wait(2); // main in its join, reads() at its barrier
	pthread_mutex_lock(&other);
	x.word = 1;
	pthread_mutex_unlock(&other);
	barrier_wait(&known);
	barrier_wait(&handled);
	return unused;
}

// Knows of the write, and leaves each byte in an epoch of its own, again and again.
static void *reads(void *unused)
{
	unsigned long total = 0;

	barrier_wait(&known);
	for (int i = 0; i < 800; i++) {
		pthread_mutex_lock(&other);
		total += (unsigned long)x.byte[i % 8];
		pthread_mutex_unlock(&other);
	}
	syscall(SYS_write, ask[1], "", 1);
	return (void *)(total & 0) ?: unused;
}

static void be_another_process(int process)
{
	char byte;

	syscall(SYS_read, ask[0], &byte, 1);
	syscall(SYS_kill, process, SIGUSR1);
	syscall(SYS_exit_group, 0);
}

int main(void)
{
	pthread_t thread[2];
	sigset_t usr1;
	int process = getpid();

	barrier_init(&known, 2);
	barrier_init(&handled, 2);
	if (pipe(ask))
		return 1;
	signal(SIGUSR1, handler);
	if (!fork())
		be_another_process(process);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &usr1, 0);
	pthread_create(&thread[0], 0, writes, 0);
	pthread_create(&thread[1], 0, reads, 0);
	pthread_sigmask(SIG_UNBLOCK, &usr1, 0);
	pthread_join(thread[0], 0);
	pthread_join(thread[1], 0);
	fprintf(stderr, "sum %lu\n", sum);
}

// CHECK: WARNING: DATA RACE
// CHECK-NEXT: Read of size 8 at {{.*}} by main thread:
// CHECK-NEXT: handler()
// CHECK-NEXT: idle_joiner.c:[[@LINE-66]]
// CHECK: Previous write of size 8 at {{.*}} by thread T1:
// CHECK-NEXT: writes()
// CHECK-NEXT: idle_joiner.c:[[@LINE-61]]
// CHECK-NOT: DATA RACE
// CHECK: sum 1
