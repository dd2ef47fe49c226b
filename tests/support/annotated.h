/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * annotated.h - a case for each annotation: first() and then second() touch what it
 * protects. MISSING=N leaves the N-th one out.
 */
#ifndef RACE_TEST_ANNOTATED_H
#define RACE_TEST_ANNOTATED_H

#include <race.h>

#include "two.h"

#ifndef MISSING
#define MISSING 0
#endif
#define UNLESS(n, call) ((void)(MISSING == (n) ? 0 : ((call), 0)))

#ifdef __cplusplus
extern "C" {
#endif
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
void __tsan_mutex_create(void *mutex, unsigned flags);
void __tsan_mutex_post_lock(void *mutex, unsigned flags, int recursion);
int __tsan_mutex_pre_unlock(void *mutex, unsigned flags);
void AnnotateHappensBefore(const char *file, int line, const volatile void *addr);
void AnnotateHappensAfter(const char *file, int line, const volatile void *addr);
void AnnotateRWLockAcquired(const char *file, int line, const volatile void *lock, long writes);
void AnnotateRWLockReleased(const char *file, int line, const volatile void *lock, long writes);
#ifdef __cplusplus
}
#endif

#ifndef __RACE__
/* Without the detector only race.h stays. */
#define __tsan_acquire(addr) 0
#define __tsan_release(addr) 0
#define __tsan_mutex_create(mutex, flags) 0
#define __tsan_mutex_post_lock(mutex, flags, recursion) 0
#define __tsan_mutex_pre_unlock(mutex, flags) 0
#define AnnotateHappensBefore(file, line, addr) 0
#define AnnotateHappensAfter(file, line, addr) 0
#define AnnotateRWLockAcquired(file, line, lock, writes) 0
#define AnnotateRWLockReleased(file, line, lock, writes) 0
#endif

static char flag, lock, tsan_flag, tsan_lock, before, rwlock;
int released, locked, tsan_released, tsan_locked, happened, rwlocked, statistics;
long pool;
static int sum;

static void first(void)
{
	race_thread_name("first");
	released = 1;
	UNLESS(1, race_release(&flag));
	race_mutex_created(&lock);
	race_mutex_locked(&lock, 0);
	locked = 1;
	UNLESS(2, race_mutex_unlocking(&lock, 0));
	tsan_released = 1;
	UNLESS(3, __tsan_release(&tsan_flag));
	(void)__tsan_mutex_create(&tsan_lock, 0);
	(void)__tsan_mutex_post_lock(&tsan_lock, 0, 0);
	tsan_locked = 1;
	UNLESS(4, __tsan_mutex_pre_unlock(&tsan_lock, 0));
	happened = 1;
	UNLESS(5, AnnotateHappensBefore(__FILE__, __LINE__, &before));
	(void)AnnotateRWLockAcquired(__FILE__, __LINE__, &rwlock, 1);
	rwlocked = 1;
	UNLESS(6, AnnotateRWLockReleased(__FILE__, __LINE__, &rwlock, 1));
	statistics = 1;
	pool = 1;
}

static void second(void)
{
	race_thread_name("second");
	/* Last things first: each edge carries what stands before it in first(). */
	UNLESS(7, race_new_memory(&pool, sizeof(pool)));
	pool = 2;
	statistics++;
	race_acquire(&flag);
	sum += released;
	race_mutex_locked(&lock, 0);
	sum += locked;
	race_mutex_unlocking(&lock, 0);
	(void)__tsan_acquire(&tsan_flag);
	sum += tsan_released;
	(void)__tsan_mutex_post_lock(&tsan_lock, 0, 0);
	sum += tsan_locked;
	(void)__tsan_mutex_pre_unlock(&tsan_lock, 0);
	(void)AnnotateHappensAfter(__FILE__, __LINE__, &before);
	sum += happened;
	(void)AnnotateRWLockAcquired(__FILE__, __LINE__, &rwlock, 0);
	sum += rwlocked;
	(void)AnnotateRWLockReleased(__FILE__, __LINE__, &rwlock, 0);
	sum += statistics > 0;
	race_mutex_destroyed(&lock);
}

#endif
