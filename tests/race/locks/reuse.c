// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory that was one lock is another: made anew in place, with or without the old one's
// destruction. Nothing of the former is the latter's.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <semaphore.h>

#include "case.h"

union lock {
	pthread_mutex_t mutex;
	pthread_rwlock_t rwlock;
	sem_t sem;
};

static union lock a, b, c, d;

#define LOCK(m) WANT(0, pthread_mutex_lock(&m))
#define UNLOCK(m) WANT(0, pthread_mutex_unlock(&m))
#define WRITE_LOCK(l) WANT(0, pthread_rwlock_wrlock(&l))
#define RW_UNLOCK(l) WANT(0, pthread_rwlock_unlock(&l))

CASE(made_anew, LOCK(a.mutex); made_anew = 1; UNLOCK(a.mutex); pthread_mutex_init(&a.mutex, 0),
     LOCK(a.mutex); made_anew = 2; UNLOCK(a.mutex))
CASE(of_writer, WRITE_LOCK(b.rwlock); of_writer = 1; RW_UNLOCK(b.rwlock); pthread_rwlock_destroy(&b.rwlock);
     pthread_mutex_init(&b.mutex, 0), LOCK(b.mutex); of_writer = 2; UNLOCK(b.mutex))
CASE(of_reader, WANT(0, pthread_rwlock_rdlock(&c.rwlock)); of_reader = 1; RW_UNLOCK(c.rwlock);
     pthread_rwlock_init(&c.rwlock, 0), WRITE_LOCK(c.rwlock); of_reader = 2; RW_UNLOCK(c.rwlock))
CASE(of_mutex, LOCK(d.mutex); of_mutex = 1; UNLOCK(d.mutex); sem_init(&d.sem, 0, 1), WANT(0, sem_wait(&d.sem)); of_mutex = 2)

int main(void)
{
	pthread_rwlock_init(&b.rwlock, 0);
	pthread_rwlock_init(&c.rwlock, 0);
	RUN(made_anew);
	RUN(of_writer);
	RUN(of_reader);
	RUN(of_mutex);
	return 0;
}

// CHECK: made_anew_second()
// CHECK: Previous write
// CHECK: made_anew_first()
// CHECK: of_writer_second()
// CHECK: Previous write
// CHECK: of_writer_first()
// CHECK: of_reader_second()
// CHECK: Previous write
// CHECK: of_reader_first()
// CHECK: of_mutex_second()
// CHECK: Previous write
// CHECK: of_mutex_first()
// Making a mutex where another thread takes it is a race of its own, in two of them.
// CHECK: Found 6 data race(s)
