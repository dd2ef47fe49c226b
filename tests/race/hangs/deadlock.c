// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads that wait in a circle are told the moment the last of them waits. Here its call
// then fails (on_deadlock=continue), so that one program has all of them.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race env RACE_OPTIONS=on_deadlock=continue %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race env RACE_OPTIONS=on_deadlock=continue %t | FileCheck %s
// RUN: %expect_race env RACE_OPTIONS=on_deadlock=exit %t | FileCheck --check-prefix=EXIT %s
// RUN: echo "deadlock:^left$" >%t.supp && %expect_race env RACE_OPTIONS="on_deadlock=continue suppressions=%t.supp" %t | FileCheck --check-prefix=FEWER %s
// RUN: %expect_race env RACE_OPTIONS="on_deadlock=continue format=json log_path=stdout" %t | FileCheck --check-prefix=JSON %s
// RUN: %expect_race env RACE_OPTIONS="on_deadlock=continue format=sarif log_path=stdout" %t >%t.sarif && python3 %support/check_sarif.py %t.sarif

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

#include "asleep.h"
#include "case.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t fork_of[3] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
				      PTHREAD_MUTEX_INITIALIZER };
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static mtx_t c11;
static struct barrier both, all;
static pthread_t one, two, three;

/* ---- two locks; the last to wait is told, when the other one sleeps ---- */

static void *left(void *unused)
{
	pthread_mutex_lock(&a);
	barrier_wait(&both);
	pthread_mutex_lock(&b);
	pthread_mutex_unlock(&b);
	pthread_mutex_unlock(&a);
	return unused;
}

static void *right(void *unused)
{
	pthread_mutex_lock(&b);
	barrier_wait(&both);
	asleep_wait(2);
	WANT(EDEADLK, pthread_mutex_lock(&a));
	pthread_mutex_unlock(&b);
	return unused;
}

/* ---- philosophers ---- */

static void *dines(void *arg)
{
	int me = (int)(long)arg;

	pthread_mutex_lock(&fork_of[me]);
	barrier_wait(&all);
	if (me == 2)
		asleep_wait(3);
	if (pthread_mutex_lock(&fork_of[(me + 1) % 3]) == 0)
		pthread_mutex_unlock(&fork_of[(me + 1) % 3]);
	pthread_mutex_unlock(&fork_of[me]);
	return 0;
}

/* ---- one lock ---- */

static void *alone(void *unused)
{
	pthread_mutex_lock(&a);
	WANT(EDEADLK, pthread_mutex_lock(&a));
	pthread_mutex_unlock(&a);
	mtx_lock(&c11);
	WANT(thrd_error, mtx_lock(&c11));
	mtx_unlock(&c11);
	pthread_spin_lock(&spin);
	WANT(EDEADLK, pthread_spin_lock(&spin));
	pthread_spin_unlock(&spin);
	pthread_rwlock_rdlock(&table);
	WANT(EDEADLK, pthread_rwlock_wrlock(&table));
	pthread_rwlock_unlock(&table);
	return unused;
}

/* ---- a reader and a writer, by a mutex ---- */

static void *reads(void *unused)
{
	pthread_rwlock_rdlock(&table);
	barrier_wait(&both);
	pthread_mutex_lock(&a);
	pthread_mutex_unlock(&a);
	pthread_rwlock_unlock(&table);
	return unused;
}

static void *writes(void *unused)
{
	pthread_mutex_lock(&a);
	barrier_wait(&both);
	asleep_wait(2);
	WANT(EDEADLK, pthread_rwlock_wrlock(&table));
	pthread_mutex_unlock(&a);
	return unused;
}

/* ---- joins ---- */

static void *wants_a(void *unused)
{
	pthread_mutex_lock(&a);
	pthread_mutex_unlock(&a);
	return unused;
}

static void *joins_two(void *unused)
{
	barrier_wait(&all);
	pthread_join(two, 0);
	return unused;
}

static void *joins_three(void *unused)
{
	barrier_wait(&all);
	pthread_join(three, 0);
	return unused;
}

static void *joins_one(void *unused)
{
	barrier_wait(&all);
	barrier_wait(&both);
	asleep_wait(3);
	WANT(EDEADLK, pthread_join(one, 0));
	return unused;
}

static void run_both(void *(*first)(void *), void *(*second)(void *))
{
	barrier_init(&both, 2);
	pthread_create(&one, 0, first, 0);
	pthread_create(&two, 0, second, 0);
	pthread_join(one, 0);
	pthread_join(two, 0);
}

int main(void)
{
	pthread_t philosopher[3];

	run_both(left, right);
	barrier_init(&all, 3);
	for (long i = 0; i < 3; i++)
		pthread_create(&philosopher[i], 0, dines, (void *)i);
	for (int i = 0; i < 3; i++)
		pthread_join(philosopher[i], 0);
	mtx_init(&c11, mtx_plain);
	pthread_spin_init(&spin, 0);
	pthread_create(&one, 0, alone, 0);
	pthread_join(one, 0);
	run_both(reads, writes);

	pthread_mutex_lock(&a);
	pthread_create(&one, 0, wants_a, 0);
	asleep_wait(1);
	WANT(EDEADLK, pthread_join(one, 0));
	pthread_mutex_unlock(&a);
	pthread_join(one, 0);

	barrier_init(&both, 2);
	barrier_init(&all, 4);
	pthread_create(&one, 0, joins_two, 0);
	pthread_create(&two, 0, joins_three, 0);
	pthread_create(&three, 0, joins_one, 0);
	barrier_wait(&all);
	asleep_wait(3);
	barrier_wait(&both);
	pthread_join(one, 0);
	return 0;
}

// CHECK: WARNING: DEADLOCK
// CHECK-NEXT: Thread T2 waits for mutex 'a', held by thread T1, at:
// CHECK-NEXT: pthread_mutex_lock()
// CHECK-NEXT: <libc>
// CHECK-NEXT: right()
// CHECK: Thread T1 took mutex 'a' at:
// CHECK-NEXT: left()
// CHECK: Thread T1 waits for mutex 'b', held by thread T2, at:
// CHECK-NEXT: pthread_mutex_lock()
// CHECK-NEXT: <libc>
// CHECK-NEXT: left()
// CHECK: Thread T2 took mutex 'b' at:
// CHECK-NEXT: right()
// CHECK: Thread T2 was created at:
// CHECK-NEXT: run_both()
// CHECK: WARNING: DEADLOCK
// CHECK-NEXT: Thread T5 waits for mutex 'fork_of[0]', held by thread T3, at:
// CHECK: Thread T3 waits for mutex 'fork_of[1]', held by thread T4, at:
// CHECK: Thread T4 waits for mutex 'fork_of[2]', held by thread T5, at:
// CHECK: WARNING: DEADLOCK
// CHECK-NEXT: Thread T6 waits for mutex 'a', which it has itself, at:
// CHECK: WARNING: DEADLOCK
// CHECK-NEXT: Thread T6 waits for mutex 'c11', which it has itself, at:
// CHECK: WARNING: DEADLOCK
// CHECK-NEXT: Thread T6 waits for spin lock 'spin', which it has itself, at:
// CHECK: WARNING: DEADLOCK
// CHECK-NEXT: Thread T6 waits for {{.*}}rwlock 'table'{{.*}}, which it has itself, at:
// CHECK: WARNING: DEADLOCK
// CHECK-NEXT: Thread T8 waits for {{.*}}rwlock 'table'{{.*}}, held by thread T7, at:
// CHECK: Thread T7 waits for mutex 'a', held by thread T8, at:
// CHECK: WARNING: DEADLOCK
// CHECK-NEXT: Main thread waits for the end of thread T9 at:
// CHECK: Thread T9 waits for mutex 'a', held by main thread, at:
// CHECK: Main thread took mutex 'a' at:
// CHECK: WARNING: DEADLOCK
// CHECK-NEXT: Thread T12 waits for the end of thread T10 at:
// CHECK: Thread T10 waits for the end of thread T11 at:
// CHECK: Thread T11 waits for the end of thread T12 at:
// CHECK: Found 9 mistake(s) with locks and threads

// EXIT: WARNING: DEADLOCK
// EXIT: Found 1 mistake(s)

// FEWER-NOT: left()
// FEWER: Found 8 mistake(s)

// JSON: {"type":"deadlock"{{.*}}"heading":"Thread T2 waits for mutex 'a', held by thread T1, at:"
