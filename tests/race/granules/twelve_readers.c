// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Twelve threads read a word. Eleven of them are ordered before the writer, through a
// mutex; whichever is the twelfth, in a process for each, its read is told.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "barrier.h"

#define READERS 12

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct barrier have_read, may_end;
static int left_out;
long word, sink[READERS];

__attribute__((noinline)) static void reader(int me)
{
	sink[me] = word;
}

static void *reads(void *number)
{
	int me = (int)(intptr_t)number;

	reader(me);
	if (me != left_out) {
		pthread_mutex_lock(&lock);
		pthread_mutex_unlock(&lock);
	}
	barrier_wait(&have_read);
	barrier_wait(&may_end);
	return 0;
}

__attribute__((noinline)) static void writer(void)
{
	word = 1;
}

static void play(void)
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
}

int main(void)
{
	for (left_out = 0; left_out < READERS; left_out++) {
		int status;
		pid_t child = fork();

		if (!child) {
			play();
			exit(0);
		}
		waitpid(child, &status, 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 66)
			return 1;
	}
	return 66;
}

// CHECK: WARNING: DATA RACE
// CHECK: Write of size 8
// CHECK: writer()
// CHECK: Previous read of size 8 {{.*}}by thread T1
// CHECK-NEXT: reader()
// CHECK: Found 1 data race(s)
// CHECK: Previous read of size 8 {{.*}}by thread T2
// CHECK-NEXT: reader()
// CHECK: Found 1 data race(s)
// CHECK: Previous read of size 8 {{.*}}by thread T3
// CHECK: Found 1 data race(s)
// CHECK: Previous read of size 8 {{.*}}by thread T4
// CHECK: Found 1 data race(s)
// CHECK: Previous read of size 8 {{.*}}by thread T5
// CHECK: Found 1 data race(s)
// CHECK: Previous read of size 8 {{.*}}by thread T6
// CHECK: Found 1 data race(s)
// CHECK: Previous read of size 8 {{.*}}by thread T7
// CHECK: Found 1 data race(s)
// CHECK: Previous read of size 8 {{.*}}by thread T8
// CHECK: Found 1 data race(s)
// CHECK: Previous read of size 8 {{.*}}by thread T9
// CHECK: Found 1 data race(s)
// CHECK: Previous read of size 8 {{.*}}by thread T10
// CHECK: Found 1 data race(s)
// CHECK: Previous read of size 8 {{.*}}by thread T11
// CHECK: Found 1 data race(s)
// CHECK: Previous read of size 8 {{.*}}by thread T12
// CHECK-NEXT: reader()
// CHECK: Found 1 data race(s)
