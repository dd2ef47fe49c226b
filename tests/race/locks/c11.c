// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C11 locks that are not had, or not the same any more; a condition variable without its
// mutex; a destructor of thread-specific storage in a thread that nobody joined.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <threads.h>

#include "case.h"

#define LOCK(m) WANT(thrd_success, mtx_lock(&m))
#define UNLOCK(m) WANT(thrd_success, mtx_unlock(&m))

static mtx_t a, b, c, d, e;
static cnd_t changed;
static tss_t key;
static struct barrier over;
int in_storage;

CASE(tried, LOCK(a); tried = 1; UNLOCK(a); LOCK(a), WANT(thrd_busy, mtx_trylock(&a)); tried = 2)
CASE(timed, LOCK(b); timed = 1; UNLOCK(b); LOCK(b), WANT(thrd_timedout, mtx_timedlock(&b, PAST(CLOCK_REALTIME))); timed = 2)
CASE(made_anew, LOCK(c); made_anew = 1; UNLOCK(c); mtx_init(&c, mtx_plain), LOCK(c); made_anew = 2; UNLOCK(c))
CASE(destroyed, LOCK(d); destroyed = 1; UNLOCK(d); mtx_destroy(&d), mtx_init(&d, mtx_plain); LOCK(d); destroyed = 2; UNLOCK(d))
CASE(not_owner, not_owner = 1; WANT(thrd_error, mtx_unlock(&e)), LOCK(e); not_owner = 2; UNLOCK(e))
CASE(signalled, signalled = 1; cnd_signal(&changed), cnd_broadcast(&changed); signalled = 2)

static void in_storage_first(void *unused)
{
	(void)unused;
	in_storage = 1;
	barrier_wait(&over);
}

static int has_storage(void *unused)
{
	(void)unused;
	return tss_set(key, &key);
}

static void in_storage_second(void)
{
	in_storage = 2;
}

int main(void)
{
	thrd_t thread;

	mtx_init(&a, mtx_plain);
	mtx_init(&b, mtx_timed);
	mtx_init(&c, mtx_plain);
	mtx_init(&d, mtx_plain);
	mtx_init(&e, mtx_recursive);
	cnd_init(&changed);
	RUN(tried);
	RUN(timed);
	RUN(made_anew);
	RUN(destroyed);
	RUN(not_owner);
	RUN(signalled);
	barrier_init(&over, 2);
	tss_create(&key, in_storage_first);
	thrd_create(&thread, has_storage, 0);
	barrier_wait(&over);
	in_storage_second();
	thrd_join(thread, 0);
	return 0;
}

// CHECK: tried_second()
// CHECK: Previous write
// CHECK: tried_first()
// CHECK: timed_second()
// CHECK: Previous write
// CHECK: timed_first()
// CHECK: made_anew_second()
// CHECK: Previous write
// CHECK: made_anew_first()
// CHECK: destroyed_second()
// CHECK: Previous write
// CHECK: destroyed_first()
// CHECK: not_owner_second()
// CHECK: Previous write
// CHECK: not_owner_first()
// CHECK: signalled_second()
// CHECK: Previous write
// CHECK: signalled_first()
// CHECK: in_storage_second()
// CHECK: Previous write
// CHECK: in_storage_first()
// CHECK: Found 7 data race(s)
