// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every kind of reader-writer lock, taken in every way: readers come after writers,
// writers after both.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include "case.h"

static pthread_rwlock_t lock;
static int way, written, seen[2];

static int read_lock(void)
{
	switch (way) {
	case 0:
		return pthread_rwlock_rdlock(&lock);
	case 1:
		return pthread_rwlock_tryrdlock(&lock);
	case 2:
		return pthread_rwlock_timedrdlock(&lock, LATER(CLOCK_REALTIME));
	default:
		return pthread_rwlock_clockrdlock(&lock, CLOCK_MONOTONIC, LATER(CLOCK_MONOTONIC));
	}
}

static int write_lock(void)
{
	switch (way) {
	case 0:
		return pthread_rwlock_wrlock(&lock);
	case 1:
		return pthread_rwlock_trywrlock(&lock);
	case 2:
		return pthread_rwlock_timedwrlock(&lock, LATER(CLOCK_REALTIME));
	default:
		return pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, LATER(CLOCK_MONOTONIC));
	}
}

static void writer(void)
{
	WANT(0, write_lock());
	written++;
	WANT(0, pthread_rwlock_unlock(&lock));
}

static void reader(void)
{
	WANT(0, read_lock());
	seen[0] += written;
	WANT(0, read_lock()); // as often as it likes
	WANT(0, pthread_rwlock_unlock(&lock));
	seen[1] += written;
	WANT(0, pthread_rwlock_unlock(&lock));
}

static void both(void)
{
	writer();
	WANT(0, pthread_rwlock_rdlock(&lock));
	WANT(0, pthread_rwlock_unlock(&lock));
}

static void all_ways(void)
{
	for (way = 0; way < 4; way++) {
		run_two(writer, writer);
		run_two(writer, reader);
		run_two(reader, writer);
		run_two(both, both);
	}
	WANT(0, pthread_rwlock_destroy(&lock));
}

int main(void)
{
	static const pthread_rwlock_t made = PTHREAD_RWLOCK_INITIALIZER,
		writers_first = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
	static const int kinds[] = { PTHREAD_RWLOCK_PREFER_READER_NP, PTHREAD_RWLOCK_PREFER_WRITER_NP,
				     PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP };
	pthread_rwlockattr_t attr;

	for (int kind = 0; kind < 3; kind++) {
		pthread_rwlockattr_init(&attr);
		pthread_rwlockattr_setkind_np(&attr, kinds[kind]);
		WANT(0, pthread_rwlock_init(&lock, &attr));
		all_ways();
	}
	lock = made;
	all_ways();
	lock = writers_first;
	all_ways();
	printf("%d\n", written);
	return 0;
}

// CHECK: 120
