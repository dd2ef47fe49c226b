// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Six threads read a word again and again, with a mutex in between that the writer takes behind
// all of them; but one thread has read it once more. That read is told.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>
#include <stdint.h>

#include "barrier.h"

#define READERS 6
#define TIMES 100

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct barrier have_read, may_end;
long word, sink[READERS];

__attribute__((noinline)) static void reader(int me)
{
	sink[me] += word;
}

__attribute__((noinline)) static void last_reader(int me)
{
	sink[me] -= word;
}

static void *reads(void *number)
{
	int me = (int)(intptr_t)number;

	for (int i = 0; i < TIMES; i++) {
		reader(me);
		pthread_mutex_lock(&lock);
		pthread_mutex_unlock(&lock);
	}
	if (me == 2)
		last_reader(me);
	barrier_wait(&have_read);
	barrier_wait(&may_end);
	return 0;
}

__attribute__((noinline)) static void writer(void)
{
	word = 1;
}

int main(void)
{
	pthread_t thread[READERS];

	barrier_init(&have_read, READERS + 1);
	barrier_init(&may_end, READERS + 1);
	for (int i = 0; i < READERS; i++)
		pthread_create(&thread[i], 0, reads, (void *)(intptr_t)i);
	barrier_wait(&have_read);
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	writer();
	barrier_wait(&may_end);
	for (int i = 0; i < READERS; i++)
		pthread_join(thread[i], 0);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK-NEXT: Write of size 8
// CHECK-NEXT: writer()
// CHECK: Previous read of size 8 {{.*}}by thread T3
// CHECK-NEXT: last_reader()
// CHECK-NEXT: read_again.c:28
// CHECK-NEXT: reads()
// CHECK: Found 1 data race(s)
