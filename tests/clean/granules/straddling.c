// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unaligned accesses that reach over granules, beside the bytes they do not touch; each
// byte of a word with an owner of its own.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t

#include <pthread.h>
#include <stdint.h>

struct place {
	char before[5];
	long wide __attribute__((packed)); // bytes 5 to 12 of 16
	char behind[3];
} __attribute__((packed, aligned(16))) place[64];
volatile unsigned char owned[8];

static void *wide(void *unused)
{
	for (int round = 0; round < 1000; round++)
		for (int i = 0; i < 64; i++)
			place[i].wide += i;
	return unused;
}

static void *beside(void *unused)
{
	for (int round = 0; round < 1000; round++)
		for (int i = 0; i < 64; i++) {
			place[i].before[4]++;
			place[i].behind[0]++;
		}
	return unused;
}

static void *owner(void *number)
{
	for (int round = 0; round < 10000; round++)
		owned[(intptr_t)number]++;
	return 0;
}

int main(void)
{
	pthread_t thread[10];

	pthread_create(&thread[8], 0, wide, 0);
	pthread_create(&thread[9], 0, beside, 0);
	for (intptr_t i = 0; i < 8; i++)
		pthread_create(&thread[i], 0, owner, (void *)i);
	for (int i = 0; i < 10; i++)
		pthread_join(thread[i], 0);
	return 0;
}
