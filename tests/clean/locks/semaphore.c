// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A semaphore hands data over.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t full, empty;
static int box;

static void *producer(void *unused)
{
	for (int i = 1; i <= 1000; i++) {
		sem_wait(&empty);
		box = i;
		sem_post(&full);
	}
	return unused;
}

int main(void)
{
	pthread_t thread;
	long sum = 0;

	sem_init(&full, 0, 0);
	sem_init(&empty, 0, 1);
	pthread_create(&thread, 0, producer, 0);
	for (int i = 0; i < 1000; i++) {
		sem_wait(&full);
		sum += box;
		sem_post(&empty);
	}
	pthread_join(thread, 0);
	printf("%ld\n", sum);
	return 0;
}

// CHECK: 500500
