// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks, conditions and threads used as POSIX does not allow: each told once, with the other
// place where there is one.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %expect 0 env RACE_OPTIONS="report_misuse=0 report_thread_leaks=0" %t
// RUN: %expect_race env RACE_OPTIONS="report_misuse=0 format=json log_path=stdout" %t | FileCheck --check-prefix=JSON %s

#include <pthread.h>
#include <stdio.h>
#include <threads.h>

#include "asleep.h"
#include "two.h"

static pthread_mutex_t idle = PTHREAD_MUTEX_INITIALIZER, foreign = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER, gone = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t left_over = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static mtx_t c11;
static struct barrier taken, told;

static void *holds(void *unused)
{
	pthread_mutex_lock(&foreign);
	pthread_mutex_lock(&busy);
	barrier_wait(&taken);
	barrier_wait(&told);
	pthread_mutex_unlock(&busy);
	return unused;
}

static void *waits(void *unused)
{
	pthread_mutex_lock(&one);
	pthread_cond_wait(&changed, &one);
	pthread_mutex_unlock(&one);
	return unused;
}

static void *waits_otherwise(void *unused)
{
	struct timespec past = { 0, 0 };

	pthread_mutex_lock(&other);
	pthread_cond_timedwait(&changed, &other, &past);
	pthread_mutex_unlock(&other);
	return unused;
}

static void *ends_with_it(void *unused)
{
	pthread_mutex_lock(&left_over);
	return unused;
}

__attribute__((noinline)) static void leaks(void)
{
	pthread_t thread;

	pthread_create(&thread, 0, ends_with_it, 0);
	while (asleep_threads() > 1)
		sched_yield();
}

__attribute__((noinline)) static void unlocked(void)
{
	pthread_mutex_unlock(&idle);
	mtx_unlock(&c11);
	pthread_rwlock_unlock(&table);
}

__attribute__((noinline)) static void of_another(void)
{
	pthread_mutex_unlock(&foreign);
}

__attribute__((noinline)) static void destroys(void)
{
	pthread_mutex_destroy(&busy);
}

__attribute__((noinline)) static void ends_it(void)
{
	pthread_mutex_destroy(&gone);
}

int main(void)
{
	struct timespec past = { 0, 0 };
	pthread_t thread, second;

	mtx_init(&c11, mtx_plain);
	unlocked();
	barrier_init(&taken, 2);
	barrier_init(&told, 2);
	pthread_create(&thread, 0, holds, 0);
	barrier_wait(&taken);
	destroys();
	of_another();
	barrier_wait(&told);
	pthread_join(thread, 0);
	ends_it();
	pthread_mutex_lock(&gone);
	pthread_cond_timedwait(&changed, &idle, &past);
	pthread_create(&thread, 0, waits, 0);
	asleep_wait(1);
	pthread_create(&second, 0, waits_otherwise, 0);
	pthread_join(second, 0);
	pthread_cond_signal(&changed);
	pthread_join(thread, 0);
	leaks();
	return 0;
}

// CHECK: WARNING: MISUSE OF A LOCK
// CHECK-NEXT: Main thread unlocks mutex 'idle', which nobody holds, at:
// CHECK-NEXT: unlocked()
// CHECK: WARNING: MISUSE OF A LOCK
// CHECK-NEXT: Main thread unlocks mutex 'c11', which nobody holds, at:
// CHECK: WARNING: MISUSE OF A LOCK
// CHECK-NEXT: Main thread unlocks rwlock 'table', which nobody holds, at:
// CHECK: WARNING: MISUSE OF A LOCK
// CHECK-NEXT: Main thread destroys mutex 'busy', which is held, at:
// CHECK-NEXT: destroys()
// CHECK: Thread T1 took mutex 'busy' at:
// CHECK-NEXT: holds()
// CHECK: WARNING: MISUSE OF A LOCK
// CHECK-NEXT: Main thread unlocks mutex 'foreign', which another thread holds, at:
// CHECK-NEXT: of_another()
// CHECK: Thread T1 took mutex 'foreign' at:
// CHECK-NEXT: holds()
// CHECK: WARNING: MISUSE OF A LOCK
// CHECK-NEXT: Main thread uses mutex 'gone', which was destroyed, at:
// CHECK-NEXT: main()
// CHECK: It was destroyed at:
// CHECK-NEXT: ends_it()
// CHECK: WARNING: MISUSE OF A LOCK
// CHECK-NEXT: Main thread waits on a condition without holding mutex 'idle' at:
// CHECK: WARNING: MISUSE OF A LOCK
// CHECK-NEXT: Thread T3 waits on a condition with mutex 'other' at:
// CHECK-NEXT: waits_otherwise()
// CHECK: Thread T2 waits on the same one with mutex 'one' at:
// CHECK-NEXT: pthread_cond_wait()
// CHECK: waits()
// CHECK: WARNING: MISUSE OF A LOCK
// CHECK-NEXT: Thread T4 has ended with mutex 'left_over', which it took at:
// CHECK-NEXT: ends_with_it()
// CHECK: WARNING: THREAD NEVER JOINED NOR DETACHED
// CHECK-NEXT: Thread T4 has ended, and was created at:
// CHECK-NEXT: leaks()
// CHECK: Found 10 mistake(s) with locks and threads

// JSON: {"type":"thread-leak"
// JSON-NOT: lock-misuse
