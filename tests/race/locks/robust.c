// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a robust mutex does not order: what comes behind the unlock, and who cannot have
// it any more.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include "case.h"

#define LOCK(m) WANT(0, pthread_mutex_lock(&m))
#define UNLOCK(m) WANT(0, pthread_mutex_unlock(&m))

static pthread_mutex_t a, b;

CASE(given_back, LOCK(a); UNLOCK(a); given_back = 1, LOCK(a); given_back = 2; UNLOCK(a))

// The heir gave it back as it was: nobody takes it any more.
CASE(lost, WANT(EOWNERDEAD, pthread_mutex_lock(&b)); lost = 1; UNLOCK(b),
     WANT(ENOTRECOVERABLE, pthread_mutex_lock(&b)); lost = 2)

static void *dies_with_it(void *unused)
{
	LOCK(b);
	return unused;
}

int main(void)
{
	pthread_mutexattr_t attr;
	pthread_t thread;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	WANT(0, pthread_mutex_init(&a, &attr));
	WANT(0, pthread_mutex_init(&b, &attr));
	pthread_create(&thread, 0, dies_with_it, 0);
	pthread_join(thread, 0);
	RUN(given_back);
	RUN(lost);
	return 0;
}

// CHECK: given_back_second()
// CHECK: Previous write
// CHECK: given_back_first()
// CHECK: lost_second()
// CHECK: Previous write
// CHECK: lost_first()
// CHECK: Found 2 data race(s)
