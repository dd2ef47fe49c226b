// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whole stacks of both accesses, recursion and inlined functions included.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

int shared;

__attribute__((always_inline)) static inline void set(int value)
{
	shared = value;
}

__attribute__((noinline, optnone)) static void down(int depth)
{
	if (depth)
		down(depth - 1);
	else
		set(1);
}

static void first(void)
{
	down(3);
}

static void second(void)
{
	set(2);
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: {{^}}  set()
// CHECK-NEXT: deep.c:[[#@LINE-29]]
// CHECK-NEXT: second()
// CHECK: Previous write {{.*}}by thread T1
// CHECK-NEXT: set()
// CHECK-NEXT: deep.c:[[#@LINE-33]]
// CHECK-NEXT: down()
// CHECK-NEXT: deep.c
// CHECK-NEXT: down()
// CHECK-NEXT: deep.c
// CHECK-NEXT: down()
// CHECK-NEXT: deep.c
// CHECK-NEXT: down()
// CHECK-NEXT: deep.c
// CHECK-NEXT: first()
// CHECK: Found 1 data race(s)
