// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An atomic that its thread changes again and again, each time in a new epoch: the last one is
// told with the calls that led to it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdatomic.h>

#include "two.h"

int counter;

__attribute__((noinline)) static void bump(int by)
{
	atomic_fetch_add_explicit((_Atomic int *)&counter, by, memory_order_acq_rel);
	__asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) static void early(void)
{
	for (int i = 0; i < 5; i++)
		bump(i);
	__asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) static void late(void)
{
	for (int i = 0; i < 5; i++)
		bump(i);
	__asm__ volatile("" ::: "memory");
}

static void first(void)
{
	early();
	late();
}

static void second(void)
{
	counter = 5;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Write {{.*}}by thread T2
// CHECK: second()
// CHECK: Previous atomic write {{.*}}by thread T1
// CHECK-NEXT: bump()
// CHECK-NEXT: again.c:[[#]]
// CHECK-NEXT: late()
// CHECK-NEXT: again.c:[[#]]
// CHECK-NEXT: first()
// CHECK: Found 1 data race(s)
