// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who does not get a mutex acquires nothing, and an unlock that fails releases nothing.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <stdbool.h>

#include "case.h"

#define LOCK(m) WANT(0, pthread_mutex_lock(&m))
#define UNLOCK(m) WANT(0, pthread_mutex_unlock(&m))

// The first thread holds it once more when the second one tries.
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t c = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_mutex_t d = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;
CASE(tried, LOCK(a); tried = 1; UNLOCK(a); LOCK(a), WANT(EBUSY, pthread_mutex_trylock(&a)); tried = 2)
CASE(timed, LOCK(b); timed = 1; UNLOCK(b); LOCK(b),
     WANT(ETIMEDOUT, pthread_mutex_timedlock(&b, PAST(CLOCK_REALTIME))); timed = 2)
CASE(clocked, LOCK(c); clocked = 1; UNLOCK(c); LOCK(c),
     WANT(ETIMEDOUT, pthread_mutex_clocklock(&c, CLOCK_MONOTONIC, PAST(CLOCK_MONOTONIC))); clocked = 2)
CASE(adaptive, LOCK(d); adaptive = 1; UNLOCK(d); LOCK(d), WANT(EBUSY, pthread_mutex_trylock(&d)); adaptive = 2)

// An inner unlock of a recursive mutex gives nothing back.
static pthread_mutex_t e = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
CASE(inner, LOCK(e); LOCK(e); inner = 1; UNLOCK(e), WANT(EBUSY, pthread_mutex_trylock(&e)); inner = 2)

// Not the owner.
static pthread_mutex_t f = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_mutex_t g = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t h;
CASE(checked, checked = 1; WANT(EPERM, pthread_mutex_unlock(&f)), LOCK(f); checked = 2; UNLOCK(f))
CASE(not_entered, not_entered = 1; WANT(EPERM, pthread_mutex_unlock(&g)), LOCK(g); not_entered = 2; UNLOCK(g))
CASE(robust, robust = 1; WANT(EPERM, pthread_mutex_unlock(&h)), LOCK(h); robust = 2; UNLOCK(h))

// Given back before the write.
static pthread_mutex_t i, j, k;

// Protecting a priority may be refused: that is no lock either.
static bool lock_protected(void)
{
	struct sched_param priority = { .sched_priority = 1 };

	pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
	return pthread_mutex_lock(&j) == 0;
}

CASE(inherited, LOCK(i); UNLOCK(i); inherited = 1, LOCK(i); inherited = 2; UNLOCK(i))
CASE(protected, if (lock_protected()) UNLOCK(j); protected = 1,
     bool had = lock_protected(); protected = 2; if (had) UNLOCK(j))
CASE(shared, LOCK(k); UNLOCK(k); shared = 1, LOCK(k); shared = 2; UNLOCK(k))

int main(void)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&h, &attr);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&i, &attr);
	pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_PROTECT);
	pthread_mutex_init(&j, &attr);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&k, &attr);
	RUN(tried);
	RUN(timed);
	RUN(clocked);
	RUN(adaptive);
	RUN(inner);
	RUN(checked);
	RUN(not_entered);
	RUN(robust);
	RUN(inherited);
	RUN(protected);
	RUN(shared);
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
// CHECK: adaptive_second()
// CHECK: Previous write
// CHECK: adaptive_first()
// CHECK: inner_second()
// CHECK: Previous write
// CHECK: inner_first()
// CHECK: checked_second()
// CHECK: Previous write
// CHECK: checked_first()
// CHECK: not_entered_second()
// CHECK: Previous write
// CHECK: not_entered_first()
// CHECK: robust_second()
// CHECK: Previous write
// CHECK: robust_first()
// CHECK: inherited_second()
// CHECK: Previous write
// CHECK: inherited_first()
// CHECK: protected_second()
// CHECK: Previous write
// CHECK: protected_first()
// CHECK: shared_second()
// CHECK: Previous write
// CHECK: shared_first()
// CHECK: Found 11 data race(s)
