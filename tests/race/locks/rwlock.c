// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Readers do not order each other, however they come in, nor does a lock that is not had.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include "case.h"

#define INIT PTHREAD_RWLOCK_INITIALIZER
#define UNLOCK(l) WANT(0, pthread_rwlock_unlock(&l))

static pthread_rwlock_t a = INIT, b = INIT, c = INIT, d = INIT;
static pthread_rwlock_t e = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
#define READING(name, lock, take) CASE(name, WANT(0, take); name = 1; UNLOCK(lock), WANT(0, take); name = 2; UNLOCK(lock))
READING(reading, a, pthread_rwlock_rdlock(&a))
READING(try_reading, b, pthread_rwlock_tryrdlock(&b))
READING(timed_reading, c, pthread_rwlock_timedrdlock(&c, LATER(CLOCK_REALTIME)))
READING(clocked_reading, d, pthread_rwlock_clockrdlock(&d, CLOCK_MONOTONIC, LATER(CLOCK_MONOTONIC)))
READING(writers_first, e, pthread_rwlock_rdlock(&e))

// The first thread holds it once more, for writing, when the second one tries.
#define HELD(name, lock, result, take) \
	static pthread_rwlock_t lock = INIT; \
	CASE(name, WANT(0, pthread_rwlock_wrlock(&lock)); name = 1; UNLOCK(lock); \
	     WANT(0, pthread_rwlock_wrlock(&lock)), WANT(result, take); name = 2)
HELD(no_read, g, EBUSY, pthread_rwlock_tryrdlock(&g))
HELD(no_timed_read, h, ETIMEDOUT, pthread_rwlock_timedrdlock(&h, PAST(CLOCK_REALTIME)))
HELD(no_clocked_read, i, ETIMEDOUT, pthread_rwlock_clockrdlock(&i, CLOCK_MONOTONIC, PAST(CLOCK_MONOTONIC)))
HELD(no_write, j, EBUSY, pthread_rwlock_trywrlock(&j))
HELD(no_timed_write, k, ETIMEDOUT, pthread_rwlock_timedwrlock(&k, PAST(CLOCK_REALTIME)))
HELD(no_clocked_write, l, ETIMEDOUT, pthread_rwlock_clockwrlock(&l, CLOCK_MONOTONIC, PAST(CLOCK_MONOTONIC)))

int main(void)
{
	RUN(reading);
	RUN(try_reading);
	RUN(timed_reading);
	RUN(clocked_reading);
	RUN(writers_first);
	RUN(no_read);
	RUN(no_timed_read);
	RUN(no_clocked_read);
	RUN(no_write);
	RUN(no_timed_write);
	RUN(no_clocked_write);
	return 0;
}

// CHECK: reading_second()
// CHECK: Previous write
// CHECK: reading_first()
// CHECK: try_reading_second()
// CHECK: Previous write
// CHECK: try_reading_first()
// CHECK: timed_reading_second()
// CHECK: Previous write
// CHECK: timed_reading_first()
// CHECK: clocked_reading_second()
// CHECK: Previous write
// CHECK: clocked_reading_first()
// CHECK: writers_first_second()
// CHECK: Previous write
// CHECK: writers_first_first()
// CHECK: no_read_second()
// CHECK: Previous write
// CHECK: no_read_first()
// CHECK: no_timed_read_second()
// CHECK: Previous write
// CHECK: no_timed_read_first()
// CHECK: no_clocked_read_second()
// CHECK: Previous write
// CHECK: no_clocked_read_first()
// CHECK: no_write_second()
// CHECK: Previous write
// CHECK: no_write_first()
// CHECK: no_timed_write_second()
// CHECK: Previous write
// CHECK: no_timed_write_first()
// CHECK: no_clocked_write_second()
// CHECK: Previous write
// CHECK: no_clocked_write_first()
// CHECK: Found 11 data race(s)
