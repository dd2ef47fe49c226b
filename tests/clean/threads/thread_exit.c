// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// pthread_exit from deep inside, its value, and main leaving before its thread.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

static pthread_t main_thread;
static int prepared;

static void leave(int depth)
{
	if (!depth)
		pthread_exit(&prepared);
	leave(depth - 1);
}

static void *worker(void *unused)
{
	prepared = 5;
	leave(10);
	return unused;
}

static void *last(void *unused)
{
	pthread_join(main_thread, 0);
	printf("%d\n", prepared);
	return unused;
}

int main(void)
{
	pthread_t thread;
	void *result;

	pthread_create(&thread, 0, worker, 0);
	pthread_join(thread, &result);
	++*(int *)result;
	main_thread = pthread_self();
	pthread_create(&thread, 0, last, 0);
	pthread_exit(0);
}

// CHECK: 6
