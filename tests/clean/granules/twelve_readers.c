// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Twelve threads read a word, all of them ordered before the writer, many times over.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t

#include <pthread.h>
#include <stdint.h>

#define READERS 12
#define ROUNDS 200

static pthread_barrier_t have_read, have_written;
long word, sink[READERS];

static void *reads(void *number)
{
	int me = (int)(intptr_t)number;

	for (int i = 0; i < ROUNDS; i++) {
		sink[me] += word;
		pthread_barrier_wait(&have_read);
		pthread_barrier_wait(&have_written);
	}
	return 0;
}

int main(void)
{
	pthread_t thread[READERS];

	pthread_barrier_init(&have_read, 0, READERS + 1);
	pthread_barrier_init(&have_written, 0, READERS + 1);
	for (int i = 0; i < READERS; i++)
		pthread_create(&thread[i], 0, reads, (void *)(intptr_t)i);
	for (int i = 0; i < ROUNDS; i++) {
		pthread_barrier_wait(&have_read);
		word = i;
		pthread_barrier_wait(&have_written);
	}
	for (int i = 0; i < READERS; i++)
		pthread_join(thread[i], 0);
	return 0;
}
