// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Six threads read a word again and again, each time with a lock for readers; now and then one of
// them, or the main thread, has it for a write.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t

#include <pthread.h>
#include <stdint.h>

#define READERS 6
#define TIMES 2000

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
long word, sink[READERS];

__attribute__((noinline)) static void reader(int me)
{
	pthread_rwlock_rdlock(&lock);
	sink[me] += word;
	pthread_rwlock_unlock(&lock);
}

__attribute__((noinline)) static void writer(long value)
{
	pthread_rwlock_wrlock(&lock);
	word = value;
	pthread_rwlock_unlock(&lock);
}

static void *reads(void *number)
{
	int me = (int)(intptr_t)number;

	for (int i = 0; i < TIMES; i++) {
		reader(me);
		if (i % 64 == 8 * me)
			writer(i);
	}
	return 0;
}

int main(void)
{
	pthread_t thread[READERS];

	for (int i = 0; i < READERS; i++)
		pthread_create(&thread[i], 0, reads, (void *)(intptr_t)i);
	for (int i = 0; i < TIMES / 8; i++)
		writer(i);
	for (int i = 0; i < READERS; i++)
		pthread_join(thread[i], 0);
	return 0;
}
