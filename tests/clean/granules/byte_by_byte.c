// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Six threads read a text byte by byte, each time with a lock for readers, some of it once more;
// now and then one of them, or the main thread, has the lock to write some of its bytes.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t

#include <pthread.h>
#include <stdint.h>

#define READERS 6
#define TIMES 400

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
char text[] = "the text that all of them read, byte by byte";
long sink[READERS];

__attribute__((noinline)) static void reader(int me, int first)
{
	pthread_rwlock_rdlock(&lock);
	for (const char *next = text + first; *next; next++)
		sink[me] += *next;
	for (const char *next = text; next < text + first; next++)
		sink[me] -= *next;
	pthread_rwlock_unlock(&lock);
}

__attribute__((noinline)) static void writer(int first)
{
	pthread_rwlock_wrlock(&lock);
	for (int i = first; i < first + 3; i++)
		text[i]++;
	pthread_rwlock_unlock(&lock);
}

static void *reads(void *number)
{
	int me = (int)(intptr_t)number;

	for (int i = 0; i < TIMES; i++) {
		reader(me, (i * 7 + me) % 40);
		if (i % 64 == 8 * me)
			writer(i % 40);
	}
	return 0;
}

int main(void)
{
	pthread_t thread[READERS];

	for (int i = 0; i < READERS; i++)
		pthread_create(&thread[i], 0, reads, (void *)(intptr_t)i);
	for (int i = 0; i < TIMES / 8; i++)
		writer(i % 40);
	for (int i = 0; i < READERS; i++)
		pthread_join(thread[i], 0);
	return 0;
}
