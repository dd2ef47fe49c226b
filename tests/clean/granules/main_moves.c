// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The main thread uses up the epochs of its slot, goes on in another one, and ends.
//
// RUN: %race_tiny_cc -O1 %s -o %t && %expect_clean %t

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
int value;

static void *other(void *unused)
{
	pthread_mutex_lock(&lock);
	value++;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, 0, other, 0);
	for (int i = 0; i < 100000; i++) {
		pthread_mutex_lock(&lock);
		value++;
		pthread_mutex_unlock(&lock);
	}
	pthread_join(thread, 0);
	return 0;
}
