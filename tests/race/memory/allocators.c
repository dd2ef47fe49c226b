// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fresh memory of every kind of allocation, handed over without an edge: its allocation
// races with the other thread's use of it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O1 -DVALLOC=pvalloc %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <malloc.h>
#include <stdlib.h>

#include "two.h"

#ifndef VALLOC // or pvalloc
#define VALLOC valloc
#endif

static char *blocks[8];

static char *aligned_by_posix(void)
{
	void *memory = 0;

	return posix_memalign(&memory, 128, 100) ? 0 : memory;
}

static void hand_over(int kind, char *block)
{
	__atomic_store_n(&blocks[kind], block, __ATOMIC_RELAXED);
}

static void first(void)
{
	hand_over(0, malloc(100));
	hand_over(1, calloc(2, 50));
	hand_over(2, memalign(64, 100));
	hand_over(3, aligned_alloc(64, 100));
	hand_over(4, VALLOC(100));
	hand_over(5, aligned_by_posix());
	hand_over(6, realloc(malloc(10), 1000));
	hand_over(7, reallocarray(malloc(10), 2, 500));
}

static char *taken(int kind)
{
	return __atomic_load_n(&blocks[kind], __ATOMIC_RELAXED);
}

static void second(void)
{
	taken(0)[1] = 1;
	taken(1)[1] = 1;
	taken(2)[1] = 1;
	taken(3)[1] = 1;
	taken(4)[1] = 1;
	taken(5)[1] = 1;
	taken(6)[1] = 1;
	taken(7)[1] = 1;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: Write {{.*}}by thread T2
// CHECK: allocators.c:[[#@LINE-17]]
// CHECK: Previous allocation {{.*}}by thread T1
// CHECK: allocators.c:[[#@LINE-36]]
// CHECK: Write {{.*}}by thread T2
// CHECK: allocators.c:[[#@LINE-20]]
// CHECK: Previous allocation {{.*}}by thread T1
// CHECK: allocators.c:[[#@LINE-39]]
// CHECK: Write {{.*}}by thread T2
// CHECK: allocators.c:[[#@LINE-23]]
// CHECK: Previous allocation {{.*}}by thread T1
// CHECK: allocators.c:[[#@LINE-42]]
// CHECK: Write {{.*}}by thread T2
// CHECK: allocators.c:[[#@LINE-26]]
// CHECK: Previous allocation {{.*}}by thread T1
// CHECK: allocators.c:[[#@LINE-45]]
// CHECK: Write {{.*}}by thread T2
// CHECK: allocators.c:[[#@LINE-29]]
// CHECK: Previous allocation {{.*}}by thread T1
// CHECK: allocators.c:[[#@LINE-48]]
// CHECK: Write {{.*}}by thread T2
// CHECK: allocators.c:[[#@LINE-32]]
// CHECK: Previous allocation {{.*}}by thread T1
// CHECK: allocators.c:[[#@LINE-66]]
// CHECK: Write {{.*}}by thread T2
// CHECK: allocators.c:[[#@LINE-35]]
// CHECK: Previous allocation {{.*}}by thread T1
// CHECK: allocators.c:[[#@LINE-54]]
// CHECK: Write {{.*}}by thread T2
// CHECK: allocators.c:[[#@LINE-38]]
// CHECK: Previous allocation {{.*}}by thread T1
// CHECK: allocators.c:[[#@LINE-57]]
// CHECK: Found 8 data race(s)
