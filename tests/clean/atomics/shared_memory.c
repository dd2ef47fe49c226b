// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomics in memory that processes share, or that is mapped twice: what is released at one
// address is acquired at the other, with plain memory that is each process's own; at an address
// that was another atomic's before, too. Two processes pass a token to and fro, with two threads
// in each.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef RELEASE
#define RELEASE memory_order_release
#endif
#define TURNS 200

struct page {
	atomic_int full, left;
	_Atomic(void *) pointer;
	atomic_ullong token;
	unsigned long long guarded; // by whoever has the token; process by process
};

static struct page *one, *two;
static int message, reply;

static void *sends(void *unused)
{
	message = 5;
	atomic_store_explicit(&one->full, 1, RELEASE);
	while (!atomic_load_explicit(&one->left, memory_order_acquire))
		sched_yield();
	reply++;
	return unused;
}

static void *receives(void *unused)
{
	while (!atomic_load_explicit(&two->full, memory_order_acquire))
		sched_yield();
	reply = message;
	atomic_fetch_add_explicit(&two->left, 1, RELEASE);
	return unused;
}

static void run(void *(*a)(void *), void *(*b)(void *))
{
	pthread_t thread[2];

	pthread_create(&thread[0], 0, a, 0);
	pthread_create(&thread[1], 0, b, 0);
	pthread_join(thread[0], 0);
	pthread_join(thread[1], 0);
}

// The token's number says whose turn it is, of the four threads.
static void pass(unsigned me)
{
	for (int i = 0; i < TURNS; i++) {
		while (atomic_load_explicit(&one->token, memory_order_acquire) % 4 != me)
			sched_yield();
		one->guarded++;
		reply++;
		atomic_fetch_add_explicit(&one->token, 1, memory_order_acq_rel);
	}
}

static void *first(void *unused) { pass(0); return unused; }
static void *second(void *unused) { pass(1); return unused; }
static void *third(void *unused) { pass(2); return unused; }
static void *fourth(void *unused) { pass(3); return unused; }

int main(void)
{
	int file = memfd_create("page", 0), status;

	if (ftruncate(file, sizeof(*one)))
		abort();
	one = two = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	run(sends, receives);
	printf("%d\n", reply);
	one = mmap(one, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0);
	two = mmap(0, sizeof(*two), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	run(sends, receives);
	printf("%d\n", reply);
	fflush(stdout);
	if (!fork()) {
		run(first, third);
		fflush(stdout);
		_exit(0);
	}
	run(second, fourth);
	wait(&status);
	printf("%llu %d\n", one->guarded, status);
	return 0;
}

// CHECK: 6
// CHECK-NEXT: 6
// CHECK-NEXT: 800 0
