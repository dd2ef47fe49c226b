// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Spin locks that order nothing: not had, another one in the same word, made anew.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "case.h"

#define LOCK(l) WANT(0, pthread_spin_lock(&l))
#define UNLOCK(l) WANT(0, pthread_spin_unlock(&l))

static pthread_spinlock_t a, b[2], c, d;

CASE(tried, LOCK(a); tried = 1; UNLOCK(a); LOCK(a), WANT(EBUSY, pthread_spin_trylock(&a)); tried = 2)
CASE(neighbour, LOCK(b[0]); neighbour = 1; UNLOCK(b[0]), LOCK(b[1]); neighbour = 2; UNLOCK(b[1]))
CASE(destroyed, LOCK(c); destroyed = 1; UNLOCK(c); pthread_spin_destroy(&c), LOCK(c); destroyed = 2; UNLOCK(c))
CASE(made_anew, LOCK(d); made_anew = 1; UNLOCK(d); pthread_spin_init(&d, 0), LOCK(d); made_anew = 2; UNLOCK(d))

int main(void)
{
	pthread_spin_init(&a, 0);
	pthread_spin_init(&b[0], 0);
	pthread_spin_init(&b[1], 0);
	pthread_spin_init(&c, 0);
	pthread_spin_init(&d, 0);
	RUN(tried);
	RUN(neighbour);
	RUN(destroyed);
	RUN(made_anew);
	return 0;
}

// CHECK: tried_second()
// CHECK: Previous write
// CHECK: tried_first()
// CHECK: neighbour_second()
// CHECK: Previous write
// CHECK: neighbour_first()
// CHECK: destroyed_second()
// CHECK: Previous write
// CHECK: destroyed_first()
// CHECK: made_anew_second()
// CHECK: Previous write
// CHECK: made_anew_first()
// CHECK: Found 4 data race(s)
