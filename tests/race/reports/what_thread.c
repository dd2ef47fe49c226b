// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory that belongs to one thread, its stack or its thread-local variables, and is
// raced on by another: whose it is, and the variable where its owner's access names it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

struct job {
	long id;
	long left;
};

static __thread struct job mine;
static struct barrier turn;
static struct job *volatile local, *volatile lent;

static void *owner(void *unused)
{
	struct job job = { 1, 2 };

	local = &job;
	lent = &mine;
	barrier_wait(&turn);
	barrier_wait(&turn);
	job.left++;
	mine.left++;
	return unused;
}

static void *guest(void *of_main)
{
	barrier_wait(&turn);
	local->left = 3;
	lent->left = 3;
	((struct job *)of_main)->left = 3;
	barrier_wait(&turn);
	return 0;
}

int main(void)
{
	pthread_t t1, t2;
	struct job job = { 1, 2 };

	barrier_init(&turn, 2);
	pthread_create(&t1, 0, owner, 0);
	pthread_create(&t2, 0, guest, &job);
	job.left = 4;
	pthread_join(t1, 0);
	pthread_join(t2, 0);
	return 0;
}

// CHECK-DAG: Location: field 'left' of struct job, local 'job' of owner() at {{.*}}what_thread.c:[[#@LINE-35]], on the stack of thread T1
// CHECK-DAG: Location: field 'left' of struct job, thread-local 'mine' at {{.*}}what_thread.c:[[#@LINE-42]], thread-local memory of thread T1
// CHECK-DAG: Location: field 'left' of struct job, {{.*}}on the stack of main thread
