// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Six threads read a text byte by byte, several times, with a mutex in between that the writer takes
// behind all of them; but one thread has read one byte more since. That read is told, with its place.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>
#include <stdint.h>

#include "barrier.h"

#define READERS 6
#define TIMES 20

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct barrier have_read, may_end;
char text[] = "the text that all of them read, byte by byte";
long sink[READERS];

__attribute__((noinline)) static long reader(void)
{
	long sum = 0;

	for (const char *next = text; *next; next++)
		sum += *next;
	return sum;
}

__attribute__((noinline)) static long last_reader(int first)
{
	long sum = 0;

	for (int i = first; text[i] != ','; i++)
		sum += text[i];
	return sum;
}

static void *reads(void *number)
{
	int me = (int)(intptr_t)number;

	for (int i = 0; i < TIMES; i++) {
		sink[me] += reader();
		pthread_mutex_lock(&lock);
		pthread_mutex_unlock(&lock);
	}
	if (me == 3)
		sink[me] += last_reader(9);
	barrier_wait(&have_read);
	barrier_wait(&may_end);
	return 0;
}

/* Beside the last that was read, and that one. */
__attribute__((noinline)) static void writer(void)
{
	text[31] = ';';
	text[30] = ';';
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
// CHECK-NEXT: Write of size 1
// CHECK-NEXT: writer()
// CHECK-NEXT: byte_by_byte.c:60
// CHECK: Previous read of size 1 {{.*}}by thread T4
// CHECK-NEXT: last_reader()
// CHECK-NEXT: byte_by_byte.c:35
// CHECK-NEXT: reads()
// CHECK: Found 1 data race(s)
