// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A variable is read and then written, and in between its thread learns of the other
// one's write, or never comes to its own write: the write does not stand for the read.
//
// RUN: %race_cc -O0 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O1 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O3 -g %s -o %t && %expect_race %t | FileCheck %s

#include <setjmp.h>
#include <stdatomic.h>

#include "case.h"

#define NOINLINE __attribute__((noinline))
#define LOCK pthread_mutex_lock(&mutex)
#define UNLOCK pthread_mutex_unlock(&mutex)
#define GIVE(name)                                                                     \
	LOCK;                                                                          \
	name = 1;                                                                      \
	UNLOCK

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static atomic_int flag, fenced;
static jmp_buf place;
static int touched;
static volatile int yes = 1;

NOINLINE static void learn(void)
{
	touched++;
	LOCK;
	UNLOCK;
}

static void (*volatile pointer)(void) = learn;

NOINLINE static void leave_if(int really)
{
	touched++;
	if (really)
		longjmp(place, 1);
}

CASE(locked, GIVE(locked), int old = locked; LOCK; locked = old + 1; UNLOCK)
CASE(in_callee, GIVE(in_callee), int old = in_callee; learn(); in_callee = old + 1)
CASE(by_pointer, GIVE(by_pointer), int old = by_pointer; pointer(); by_pointer = old + 1)
CASE(loaded, loaded = 1; atomic_store_explicit(&flag, 1, memory_order_release),
     int old = loaded; loaded = old + atomic_load_explicit(&flag, memory_order_acquire))
CASE(fence, fence = 1; atomic_store_explicit(&fenced, 1, memory_order_release),
     int old = fence; int seen = atomic_load_explicit(&fenced, memory_order_relaxed);
     atomic_thread_fence(memory_order_acquire); fence = old + seen)
CASE(jumps, jumps = 1, if (!setjmp(place)) { int old = jumps; leave_if(yes); jumps = old + 1; })
CASE(one_way, one_way = 1, int old = one_way; if (!yes) one_way = old + 1)
CASE(ends, ends = 1, int old = ends; while (old < 100) { if (yes) return; old += yes; }
     ends = old)

int main(void)
{
	RUN(locked);
	RUN(in_callee);
	RUN(by_pointer);
	RUN(loaded);
	RUN(fence);
	RUN(jumps);
	RUN(one_way);
	RUN(ends);
	return 0;
}

// CHECK-DAG: locked_second()
// CHECK-DAG: in_callee_second()
// CHECK-DAG: by_pointer_second()
// CHECK-DAG: loaded_second()
// CHECK-DAG: fence_second()
// CHECK-DAG: jumps_second()
// CHECK-DAG: one_way_second()
// CHECK-DAG: ends_second()
// CHECK: Found 8 data race(s)
