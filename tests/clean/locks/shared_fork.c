// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks in shared memory, used by threads of a process and of its child: each process
// judges its own threads, and both are silent. The child ends with the robust one held.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "case.h"

struct page {
	pthread_mutex_t mutex, robust;
	pthread_rwlock_t rwlock;
	sem_t sem;
	int counter, written;
};

static struct page *page;
static int locked, posted; // of this process alone

static void *worker(void *unused)
{
	for (int i = 0; i < 500; i++) {
		WANT(0, pthread_mutex_lock(&page->mutex));
		page->counter++;
		locked++;
		WANT(0, pthread_mutex_unlock(&page->mutex));
		WANT(0, sem_wait(&page->sem));
		posted++;
		WANT(0, sem_post(&page->sem));
		WANT(0, pthread_rwlock_wrlock(&page->rwlock));
		page->written++;
		WANT(0, pthread_rwlock_unlock(&page->rwlock));
	}
	return unused;
}

static void two_workers(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], 0, worker, 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], 0);
}

int main(void)
{
	pthread_rwlockattr_t rwlock_attr;
	pthread_mutexattr_t attr;
	int status;

	page = mmap(0, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&page->mutex, &attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&page->robust, &attr);
	pthread_rwlockattr_init(&rwlock_attr);
	pthread_rwlockattr_setpshared(&rwlock_attr, PTHREAD_PROCESS_SHARED);
	pthread_rwlock_init(&page->rwlock, &rwlock_attr);
	sem_init(&page->sem, 1, 1);
	if (fork() == 0) {
		WANT(0, pthread_mutex_lock(&page->robust));
		two_workers();
		_exit(0);
	}
	two_workers();
	wait(&status);
	WANT(0, status);
	WANT(EOWNERDEAD, pthread_mutex_lock(&page->robust));
	printf("%d %d\n", page->counter, page->written);
	return 0;
}

// CHECK: 2000 2000
