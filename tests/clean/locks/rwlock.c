// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Many readers, a writer now and then.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int value, copies[4];

static void *worker(void *argument)
{
	int *copy = argument;

	for (int i = 0; i < 2000; i++) {
		if (i % 50 == 0) {
			pthread_rwlock_wrlock(&lock);
			value++;
		} else {
			pthread_rwlock_rdlock(&lock);
			*copy = value;
		}
		pthread_rwlock_unlock(&lock);
	}
	return 0;
}

int main(void)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], 0, worker, &copies[i]);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], 0);
	printf("%d\n", value);
	return 0;
}

// CHECK: 160
