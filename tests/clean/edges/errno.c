// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// errno survives every hook.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int flag;
static int *volatile block;
static int shared;

static void *worker(void *unused)
{
	errno = 77;
	pthread_mutex_lock(&lock);
	shared++;
	pthread_mutex_unlock(&lock);
	atomic_fetch_add(&flag, 1);
	block = malloc(100);
	*block = 1;
	free(block);
	if (errno != 77)
		printf("errno became %d\n", errno);
	return unused;
}

int main(void)
{
	pthread_t thread;

	errno = 78;
	pthread_create(&thread, 0, worker, 0);
	pthread_join(thread, 0);
	printf("errno %d\n", errno);
	return 0;
}

// CHECK-NOT: became
// CHECK: errno 78
