// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reader-writer and spin locks, locks of another sort, locks that are no more, or never were:
// each told once, with the other place where there is one.
//
// RUN: %race_cc -I%S/../../../include -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -I%S/../../../include -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %expect 0 env RACE_OPTIONS="report_misuse=0" %t

#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <threads.h>

#include <race.h>
#include "two.h"

static pthread_rwlock_t read_by_one = PTHREAD_RWLOCK_INITIALIZER, busy = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t sort = PTHREAD_RWLOCK_INITIALIZER, ended = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t left = PTHREAD_RWLOCK_INITIALIZER, garbage_table;
static pthread_mutex_t other_sort = PTHREAD_MUTEX_INITIALIZER, garbage;
static pthread_spinlock_t idle, of_one, busy_spin, ended_spin, left_spin;
static pthread_cond_t ended_condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t ended_barrier;
static mtx_t ended_c11;
static char custom;
static struct barrier taken, told;

/* What main gives back is not left over by this thread. */
static void *holds(void *unused)
{
	pthread_rwlock_rdlock(&read_by_one);
	pthread_rwlock_rdlock(&busy);
	pthread_spin_lock(&of_one);
	pthread_spin_lock(&busy_spin);
	barrier_wait(&taken);
	barrier_wait(&told);
	pthread_spin_unlock(&busy_spin);
	pthread_rwlock_unlock(&busy);
	return unused;
}

static void *ends_with_both(void *unused)
{
	pthread_rwlock_rdlock(&left);
	pthread_spin_lock(&left_spin);
	return unused;
}

__attribute__((noinline)) static void of_another(void)
{
	pthread_rwlock_unlock(&read_by_one);
	pthread_spin_unlock(&idle);
	pthread_spin_unlock(&of_one);
}

__attribute__((noinline)) static void destroys(void)
{
	pthread_rwlock_destroy(&busy);
	pthread_spin_destroy(&busy_spin);
}

__attribute__((noinline)) static void confuses(void)
{
	pthread_rwlock_rdlock(&sort);
	pthread_mutex_unlock((pthread_mutex_t *)&sort);
	pthread_mutex_lock(&other_sort);
	pthread_rwlock_unlock((pthread_rwlock_t *)&other_sort);
	race_mutex_locked(&custom, 1);
	race_mutex_unlocking(&custom, 0);
}

__attribute__((noinline)) static void after_the_end(void)
{
	pthread_rwlock_destroy(&ended);
	pthread_rwlock_rdlock(&ended);
	pthread_spin_destroy(&ended_spin);
	pthread_spin_lock(&ended_spin);
	pthread_cond_destroy(&ended_condition);
	pthread_cond_signal(&ended_condition);
	pthread_barrier_destroy(&ended_barrier);
	pthread_barrier_wait(&ended_barrier);
	mtx_destroy(&ended_c11);
	mtx_lock(&ended_c11);
}

__attribute__((noinline)) static void before_the_beginning(void)
{
	memset(&garbage, 0xa5, sizeof(garbage));
	pthread_mutex_trylock(&garbage);
	memset(&garbage_table, 0xa5, sizeof(garbage_table));
	pthread_rwlock_tryrdlock(&garbage_table);
}

int main(void)
{
	pthread_t thread;

	pthread_spin_init(&idle, 0);
	pthread_spin_init(&of_one, 0);
	pthread_spin_init(&busy_spin, 0);
	pthread_spin_init(&ended_spin, 0);
	pthread_spin_init(&left_spin, 0);
	pthread_barrier_init(&ended_barrier, 0, 1);
	mtx_init(&ended_c11, mtx_plain);
	barrier_init(&taken, 2);
	barrier_init(&told, 2);
	pthread_create(&thread, 0, holds, 0);
	barrier_wait(&taken);
	of_another();
	destroys();
	barrier_wait(&told);
	pthread_join(thread, 0);
	confuses();
	after_the_end();
	before_the_beginning();
	pthread_create(&thread, 0, ends_with_both, 0);
	pthread_join(thread, 0);
	return 0;
}

// CHECK: WARNING: MISUSE OF A LOCK
// CHECK-NEXT: Main thread unlocks rwlock 'read_by_one', which another thread holds, at:
// CHECK-NEXT: of_another()
// CHECK: Thread T1 took rwlock 'read_by_one' at:
// CHECK-NEXT: holds()
// CHECK: Main thread unlocks spin lock 'idle', which nobody holds, at:
// CHECK-NEXT: of_another()
// CHECK: Main thread unlocks spin lock 'of_one', which another thread holds, at:
// CHECK-NEXT: of_another()
// CHECK: Thread T1 took spin lock 'of_one' at:
// CHECK-NEXT: holds()
// CHECK: Main thread destroys rwlock 'busy', which is held, at:
// CHECK-NEXT: destroys()
// CHECK: Thread T1 took rwlock 'busy' at:
// CHECK-NEXT: holds()
// CHECK: Main thread destroys spin lock 'busy_spin', which is held, at:
// CHECK-NEXT: destroys()
// CHECK: Thread T1 took spin lock 'busy_spin' at:
// CHECK-NEXT: holds()
// Given back by main, so not left over by the thread that took it.
// CHECK-NOT: Thread T1 has ended
// CHECK: Main thread unlocks rwlock 'sort' as if it were a mutex, at:
// CHECK-NEXT: confuses()
// CHECK: Main thread took rwlock 'sort' at:
// CHECK-NEXT: confuses()
// CHECK: Main thread unlocks mutex 'other_sort' as if it were a reader-writer lock, at:
// CHECK-NEXT: confuses()
// CHECK: Main thread gives lock 'custom' back as a writer, and took it to read, at:
// CHECK: confuses()
// CHECK: Main thread took lock 'custom' at:
// CHECK: confuses()
// CHECK: Main thread uses rwlock 'ended', which was destroyed, at:
// CHECK-NEXT: after_the_end()
// CHECK: It was destroyed at:
// CHECK-NEXT: after_the_end()
// CHECK: Main thread uses spin lock 'ended_spin', which was destroyed, at:
// CHECK: It was destroyed at:
// CHECK-NEXT: after_the_end()
// CHECK: Main thread uses condition 'ended_condition', which was destroyed, at:
// CHECK: It was destroyed at:
// CHECK-NEXT: after_the_end()
// CHECK: Main thread uses barrier 'ended_barrier', which was destroyed, at:
// CHECK: It was destroyed at:
// CHECK-NEXT: after_the_end()
// CHECK: Main thread uses mutex 'ended_c11', which was destroyed, at:
// CHECK: It was destroyed at:
// CHECK-NEXT: after_the_end()
// CHECK: Main thread uses mutex 'garbage', which was never initialised, or was written over, at:
// CHECK-NEXT: before_the_beginning()
// CHECK: Main thread uses rwlock 'garbage_table', which was never initialised, or was written over, at:
// CHECK-NEXT: before_the_beginning()
// CHECK: Thread T2 has ended with rwlock 'left', which it took at:
// CHECK-NEXT: ends_with_both()
// CHECK: Thread T2 has ended with spin lock 'left_spin', which it took at:
// CHECK-NEXT: ends_with_both()
