// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C11 threads that ended by thrd_exit are not ordered before those who did not join them;
// thrd_yield orders nothing, nor what a thread does behind the wait of a condition.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <threads.h>

#include "case.h"

int detached, joined, late;
static struct barrier over;
static mtx_t mutex;
static cnd_t changed;
static int told;

static int detached_body(void *unused)
{
	(void)unused;
	detached = 1;
	barrier_wait(&over);
	thrd_exit(0);
}

static void detached_second(void)
{
	detached = 2;
}

static int joined_body(void *unused)
{
	(void)unused;
	joined = 1;
	thrd_exit(3);
}

static void joined_first(void)
{
	thrd_t thread;
	int result;

	WANT(thrd_success, thrd_create(&thread, joined_body, 0));
	WANT(thrd_success, thrd_join(thread, &result));
	WANT(3, result);
}

static void joined_second(void)
{
	joined = 2;
}

static void late_first(void)
{
	mtx_lock(&mutex);
	told = 1;
	cnd_broadcast(&changed);
	mtx_unlock(&mutex);
	late = 1;
}

static void late_second(void)
{
	mtx_lock(&mutex);
	while (!told)
		cnd_wait(&changed, &mutex);
	mtx_unlock(&mutex);
	late = 2;
}

CASE(yielded, yielded = 1; thrd_yield(), thrd_yield(); yielded = 2)

int main(void)
{
	thrd_t thread;

	barrier_init(&over, 2);
	thrd_create(&thread, detached_body, 0);
	thrd_detach(thread);
	barrier_wait(&over);
	detached_second();
	RUN(joined);
	mtx_init(&mutex, mtx_plain);
	cnd_init(&changed);
	RUN(late);
	RUN(yielded);
	return 0;
}

// CHECK: detached_second()
// CHECK: Previous write
// CHECK: detached_body()
// CHECK: joined_second()
// CHECK: Previous write
// CHECK: joined_body()
// CHECK: late_second()
// CHECK: Previous write
// CHECK: late_first()
// CHECK: yielded_second()
// CHECK: Previous write
// CHECK: yielded_first()
// CHECK: Found 4 data race(s)
