// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Process-shared locks in a file that is mapped twice: a thread takes one by one of its
// addresses, the next thread by the other.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

#include "case.h"

struct page {
	pthread_mutex_t mutex;
	pthread_rwlock_t rwlock;
	pthread_spinlock_t spin, neighbour;
	sem_t sem;
	pthread_barrier_t barrier;
	pthread_cond_t cond;
};

static struct page *one, *two;
static int waits;

CASE(mutex, WANT(0, pthread_mutex_lock(&one->mutex)); mutex = 1; WANT(0, pthread_mutex_unlock(&one->mutex)),
     WANT(0, pthread_mutex_lock(&two->mutex)); mutex++; WANT(0, pthread_mutex_unlock(&two->mutex)))
CASE(readers, WANT(0, pthread_rwlock_wrlock(&one->rwlock)); readers = 1; WANT(0, pthread_rwlock_unlock(&one->rwlock)),
     WANT(0, pthread_rwlock_rdlock(&two->rwlock)); WANT(1, readers); WANT(0, pthread_rwlock_unlock(&two->rwlock)))
CASE(writers, WANT(0, pthread_rwlock_rdlock(&one->rwlock)); WANT(0, writers); WANT(0, pthread_rwlock_unlock(&one->rwlock)),
     WANT(0, pthread_rwlock_wrlock(&two->rwlock)); writers++; WANT(0, pthread_rwlock_unlock(&two->rwlock)))
CASE(spin, WANT(0, pthread_spin_lock(&one->spin)); spin = 1; WANT(0, pthread_spin_unlock(&one->spin)),
     WANT(0, pthread_spin_lock(&two->spin)); spin++; WANT(0, pthread_spin_unlock(&two->spin)))
CASE(sem, sem = 1; WANT(0, sem_post(&one->sem)), WANT(0, sem_wait(&two->sem)); sem++)

// Those that wait for each other are two threads of their own.
static void *at_one(void *unused)
{
	waits = 1;
	pthread_barrier_wait(&one->barrier);
	pthread_barrier_wait(&one->barrier);
	pthread_mutex_lock(&one->mutex);
	while (waits == 2)
		pthread_cond_wait(&one->cond, &one->mutex);
	waits++;
	pthread_mutex_unlock(&one->mutex);
	return unused;
}

static void *at_two(void *unused)
{
	pthread_barrier_wait(&two->barrier);
	waits++;
	pthread_barrier_wait(&two->barrier);
	pthread_mutex_lock(&two->mutex);
	waits++;
	pthread_cond_signal(&two->cond);
	pthread_mutex_unlock(&two->mutex);
	return unused;
}

static void make(struct page *page)
{
	pthread_barrierattr_t barrier_attr;
	pthread_rwlockattr_t rwlock_attr;
	pthread_mutexattr_t mutex_attr;
	pthread_condattr_t cond_attr;

	pthread_mutexattr_init(&mutex_attr);
	pthread_mutexattr_setpshared(&mutex_attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&page->mutex, &mutex_attr);
	pthread_rwlockattr_init(&rwlock_attr);
	pthread_rwlockattr_setpshared(&rwlock_attr, PTHREAD_PROCESS_SHARED);
	pthread_rwlock_init(&page->rwlock, &rwlock_attr);
	pthread_condattr_init(&cond_attr);
	pthread_condattr_setpshared(&cond_attr, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&page->cond, &cond_attr);
	pthread_barrierattr_init(&barrier_attr);
	pthread_barrierattr_setpshared(&barrier_attr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&page->barrier, &barrier_attr, 2);
	pthread_spin_init(&page->spin, PTHREAD_PROCESS_SHARED);
	pthread_spin_init(&page->neighbour, PTHREAD_PROCESS_SHARED);
	sem_init(&page->sem, 1, 0);
}

static int file;

static struct page *map(void)
{
	return mmap(0, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, file, 4096);
}

// The first mapping goes: what was released by it is known by the file.
CASE(remapped, WANT(0, pthread_mutex_lock(&one->mutex)); remapped = 1; WANT(0, pthread_mutex_unlock(&one->mutex));
     munmap(one, sizeof(*one)),
     struct page *three = map(); WANT(0, pthread_mutex_lock(&three->mutex)); remapped++; WANT(0, pthread_mutex_unlock(&three->mutex)))

int main(void)
{
	pthread_t threads[2];

	file = memfd_create("page", 0);
	WANT(0, ftruncate(file, 3 * 4096));
	one = map();
	two = map();
	WANT(1, one != two);
	make(one);
	RUN(mutex);
	RUN(readers);
	RUN(writers);
	RUN(spin);
	RUN(sem);
	pthread_create(&threads[0], 0, at_one, 0);
	pthread_create(&threads[1], 0, at_two, 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], 0);
	printf("%d %d %d %d %d\n", mutex, writers, spin, sem, waits);
	RUN(remapped);
	printf("%d\n", remapped);
	return 0;
}

// CHECK: 2 1 2 2 4
// CHECK: 2
