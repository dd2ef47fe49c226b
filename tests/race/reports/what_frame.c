// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two guests race on a variable of a third thread's stack: whose frame it is in is told,
// of main which waits, of a function that is in a call, of one that calls nothing.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

struct job {
	long id, left;
};

static struct job *volatile of_main, *volatile of_inner, *volatile of_leaf;
static struct barrier turn;
long ticks;

__attribute__((noinline)) static void leaf(void)
{
	struct job job = { 1, 2 };

	of_leaf = &job;
	barrier_wait(&turn);
	barrier_wait(&turn);
	ticks++;
}

__attribute__((noinline)) static void inner(void)
{
	struct job job = { 3, 4 };

	of_inner = &job;
	leaf();
	ticks++;
}

static void *host(void *unused)
{
	barrier_wait(&turn);
	inner();
	ticks++;
	return unused;
}

static void set(struct job *job, long value)
{
	job->left = value;
}

static void first(void)
{
	set(of_main, 1);
	set(of_inner, 1);
	set(of_leaf, 1);
}

static void second(void)
{
	of_main->left = 2;
	of_inner->left = 2;
	of_leaf->left = 2;
}

int main(void)
{
	struct job job = { 5, 6 };
	pthread_t thread;

	of_main = &job;
	barrier_init(&turn, 2);
	pthread_create(&thread, 0, host, 0);
	barrier_wait(&turn);
	barrier_wait(&turn);
	run_two(first, second);
	barrier_wait(&turn);
	pthread_join(thread, 0);
	return 0;
}

// CHECK: Location: field 'left' of struct job, on the stack of main thread, in the frame of main()
// CHECK: Location: field 'left' of struct job, on the stack of thread T1, in the frame of inner()
// CHECK: Location: field 'left' of struct job, on the stack of thread T1, in the frame of leaf()
