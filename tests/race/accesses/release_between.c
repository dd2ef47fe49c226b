// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A variable is written, given away, and written again. Who acquires what was given away
// is ordered behind the first write alone: the second one needs its own check, however
// well the release between them hides.
//
// RUN: %race_cc -O0 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O1 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O3 -g %s -o %t && %expect_race %t | FileCheck %s

#include <semaphore.h>
#include <setjmp.h>
#include <stdatomic.h>

#include "case.h"

#define NOINLINE __attribute__((noinline))
#define LOCK pthread_mutex_lock(&mutex)
#define UNLOCK pthread_mutex_unlock(&mutex)
#define TAKE(name)                                                                     \
	LOCK;                                                                          \
	name = 3;                                                                      \
	UNLOCK

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sem_t sem;
static atomic_int flag, fenced;
static jmp_buf place;
static int touched;

NOINLINE static void unlock(void)
{
	touched++;
	UNLOCK;
}

NOINLINE static void unlock_below(int depth)
{
	touched++;
	if (depth)
		unlock_below(depth - 1);
	else
		unlock();
}

void other_name(void) __attribute__((alias("unlock")));
static void (*volatile pointer)(void) = unlock;

NOINLINE static void *created_body(void *variable)
{
	*(int *)variable = 3;
	return NULL;
}

NOINLINE static void unlock_and_jump(void)
{
	UNLOCK;
	longjmp(place, 1);
}

CASE(in_callee, LOCK; in_callee = 1; unlock(); in_callee = 2, TAKE(in_callee))
CASE(far_below, LOCK; far_below = 1; unlock_below(5); far_below = 2, TAKE(far_below))
CASE(by_alias, LOCK; by_alias = 1; other_name(); by_alias = 2, TAKE(by_alias))
CASE(by_pointer, LOCK; by_pointer = 1; pointer(); by_pointer = 2, TAKE(by_pointer))
CASE(twice, LOCK; twice = 1; if (!setjmp(place)) unlock_and_jump(); else twice = 2, TAKE(twice))
CASE(in_loop, LOCK; in_loop = 7; for (int i = 0; i < 2; i++) { in_loop = i; if (!i) unlock(); },
     TAKE(in_loop))
CASE(posted, posted = 1; sem_post(&sem); posted = 2, sem_wait(&sem); posted = 3)
CASE(stored, stored = 1; atomic_store_explicit(&flag, 1, memory_order_release); stored = 2,
     (void)atomic_load_explicit(&flag, memory_order_acquire); stored = 3)
CASE(fence, fence = 1; atomic_thread_fence(memory_order_release);
     atomic_store_explicit(&fenced, 1, memory_order_relaxed); fence = 2,
     (void)atomic_load_explicit(&fenced, memory_order_acquire); fence = 3)

/* The creator goes on while the thread runs; it ends, unjoined, before it is judged. */
static int created;

static void create(void)
{
	pthread_t thread;

	created = 1;
	pthread_create(&thread, NULL, created_body, &created);
	created = 2;
	pthread_join(thread, NULL);
}

int main(void)
{
	sem_init(&sem, 0, 0);
	RUN(in_callee);
	RUN(far_below);
	RUN(by_alias);
	RUN(by_pointer);
	RUN(twice);
	RUN(in_loop);
	RUN(posted);
	RUN(stored);
	RUN(fence);
	create();
	return 0;
}

// CHECK-DAG: in_callee_second()
// CHECK-DAG: far_below_second()
// CHECK-DAG: by_alias_second()
// CHECK-DAG: by_pointer_second()
// CHECK-DAG: twice_second()
// CHECK-DAG: in_loop_second()
// CHECK-DAG: posted_second()
// CHECK-DAG: stored_second()
// CHECK-DAG: fence_second()
// CHECK-DAG: {{create|created_body}}()
// CHECK: Found 10 data race(s)
