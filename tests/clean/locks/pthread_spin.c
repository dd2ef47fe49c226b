// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Spin locks of pthreads, two in one word: making or unmaking one leaves the other.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include "case.h"

static pthread_spinlock_t locks[4] __attribute__((aligned(8)));

#define UNLOCK(i) WANT(0, pthread_spin_unlock(&locks[i]))

CASE(taken, WANT(0, pthread_spin_lock(&locks[0])); taken = 1; UNLOCK(0), WANT(0, pthread_spin_lock(&locks[0])); taken++; UNLOCK(0))
CASE(tried, WANT(0, pthread_spin_trylock(&locks[1])); tried = 1; UNLOCK(1), WANT(0, pthread_spin_trylock(&locks[1])); tried++; UNLOCK(1))
CASE(neighbour, WANT(0, pthread_spin_lock(&locks[3])); neighbour = 1; UNLOCK(3);
     WANT(0, pthread_spin_destroy(&locks[2])); WANT(0, pthread_spin_init(&locks[2], 0)),
     WANT(0, pthread_spin_lock(&locks[3])); neighbour++; UNLOCK(3))

int main(void)
{
	for (int i = 0; i < 4; i++)
		WANT(0, pthread_spin_init(&locks[i], i & 1 ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE));
	RUN(taken);
	RUN(tried);
	RUN(neighbour);
	printf("%d %d %d\n", taken, tried, neighbour);
	return 0;
}

// CHECK: 2 2 2
