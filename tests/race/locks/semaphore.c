// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who does not get through a semaphore acquires nothing; a post that fails, and one on a
// semaphore that was there before, release nothing.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <limits.h>
#include <semaphore.h>

#include "case.h"

static sem_t a, b, c, d, e, f;

#define TAKE(s) WANT(0, sem_wait(&s))
#define POST(s) WANT(0, sem_post(&s))

CASE(tried, tried = 1; POST(a); TAKE(a), WANT(-1, sem_trywait(&a)); tried = 2)
CASE(timed, timed = 1; POST(b); TAKE(b), WANT(-1, sem_timedwait(&b, PAST(CLOCK_REALTIME))); timed = 2)
CASE(clocked, clocked = 1; POST(c); TAKE(c),
     WANT(-1, sem_clockwait(&c, CLOCK_MONOTONIC, PAST(CLOCK_MONOTONIC))); clocked = 2)
CASE(full, full = 1; WANT(-1, sem_post(&d)); WANT(EOVERFLOW, errno), TAKE(d); full = 2)
CASE(behind, POST(e); behind = 1, TAKE(e); behind = 2)
CASE(destroyed, destroyed = 1; POST(f); sem_destroy(&f), sem_init(&f, 0, 1); TAKE(f); destroyed = 2)

int main(void)
{
	sem_init(&a, 0, 0);
	sem_init(&b, 0, 0);
	sem_init(&c, 0, 0);
	sem_init(&d, 0, SEM_VALUE_MAX);
	sem_init(&e, 0, 0);
	sem_init(&f, 0, 0);
	RUN(tried);
	RUN(timed);
	RUN(clocked);
	RUN(full);
	RUN(behind);
	RUN(destroyed);
	return 0;
}

// CHECK: tried_second()
// CHECK: Previous write
// CHECK: tried_first()
// CHECK: timed_second()
// CHECK: Previous write
// CHECK: timed_first()
// CHECK: clocked_second()
// CHECK: Previous write
// CHECK: clocked_first()
// CHECK: full_second()
// CHECK: Previous write
// CHECK: full_first()
// CHECK: behind_second()
// CHECK: Previous write
// CHECK: behind_first()
// CHECK: destroyed_second()
// CHECK: Previous write
// CHECK: destroyed_first()
// CHECK: Found 6 data race(s)
