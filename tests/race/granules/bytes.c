// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each byte of a word was written by another thread; who writes all of it races with
// eight, and each is told.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>

#include "barrier.h"

static struct barrier written;
union {
	unsigned char byte[8];
	long whole;
} word;

#define OWNER(i)                                                                       \
	static void *owner##i(void *unused)                                            \
	{                                                                              \
		word.byte[i] = i;                                                      \
		barrier_wait(&written);                                                \
		return unused;                                                         \
	}
OWNER(0) OWNER(1) OWNER(2) OWNER(3) OWNER(4) OWNER(5) OWNER(6) OWNER(7)

int main(void)
{
	void *(*owners[8])(void *) = { owner0, owner1, owner2, owner3,
		                       owner4, owner5, owner6, owner7 };
	pthread_t thread[8];

	barrier_init(&written, 9);
	for (int i = 0; i < 8; i++)
		pthread_create(&thread[i], 0, owners[i], 0);
	barrier_wait(&written);
	word.whole = 0;
	for (int i = 0; i < 8; i++)
		pthread_join(thread[i], 0);
	return 0;
}

// CHECK-DAG: owner0()
// CHECK-DAG: owner1()
// CHECK-DAG: owner2()
// CHECK-DAG: owner3()
// CHECK-DAG: owner4()
// CHECK-DAG: owner5()
// CHECK-DAG: owner6()
// CHECK-DAG: owner7()
// CHECK: Found 8 data race(s)
