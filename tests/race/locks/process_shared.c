// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file mapped twice: other locks in it are other locks, at the same place of another
// file, too; and an address that showed the file once is what it is now.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#include "case.h"

#define LOCK(m) WANT(0, pthread_mutex_lock(m))
#define UNLOCK(m) WANT(0, pthread_mutex_unlock(m))

static pthread_mutex_t *one, *two, *other;

CASE(neighbours, LOCK(&one[0]); neighbours = 1; UNLOCK(&one[0]), LOCK(&two[1]); neighbours = 2; UNLOCK(&two[1]))
CASE(files, LOCK(&one[0]); files = 1; UNLOCK(&one[0]), LOCK(&other[0]); files = 2; UNLOCK(&other[0]))
CASE(busy, LOCK(&one[0]); busy = 1; UNLOCK(&one[0]); LOCK(&one[0]), WANT(EBUSY, pthread_mutex_trylock(&two[0])); busy = 2)

// Where the first mapping was, there is memory of the process's own.
CASE(replaced, LOCK(&one[1]); replaced = 1; UNLOCK(&one[1]), LOCK(&two[1]); replaced = 2; UNLOCK(&two[1]))

static void *map(int file)
{
	return mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
}

static void make(pthread_mutex_t *mutexes)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	for (int i = 0; i < 2; i++)
		pthread_mutex_init(&mutexes[i], &attr);
}

int main(void)
{
	int file = memfd_create("page", 0), other_file = memfd_create("other", 0);

	WANT(0, ftruncate(file, 4096));
	WANT(0, ftruncate(other_file, 4096));
	one = map(file);
	two = map(file);
	other = map(other_file);
	make(one);
	make(other);
	RUN(neighbours);
	RUN(files);
	RUN(busy);
	WANT(one, mmap(one, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	RUN(replaced);
	return 0;
}

// CHECK: neighbours_second()
// CHECK: Previous write
// CHECK: neighbours_first()
// CHECK: files_second()
// CHECK: Previous write
// CHECK: files_first()
// CHECK: busy_second()
// CHECK: Previous write
// CHECK: busy_first()
// CHECK: replaced_second()
// CHECK: Previous write
// CHECK: replaced_first()
// CHECK: Found 4 data race(s)
