// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A race found 60,000 calls deep, with one that was as deep when it wrote: of
// that one's stack history holds no more than the end.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

int shared;

__attribute__((noinline, optnone)) static void down(int depth, int value)
{
	if (depth)
		down(depth - 1, value);
	else
		shared = value;
}

static void first(void)
{
	down(60000, 1);
}

static void second(void)
{
	down(60000, 2);
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: Write of size 4 {{.*}} by thread T2:
// CHECK-NEXT: down()
// CHECK-NEXT: deep_recursion.c:18
// CHECK-NEXT: down()
// CHECK-NEXT: deep_recursion.c:16
// CHECK: Previous write of size 4 {{.*}} by thread T1:
// CHECK-NEXT: down()
// CHECK-NEXT: deep_recursion.c:18
// CHECK: Found 1 data race(s)
