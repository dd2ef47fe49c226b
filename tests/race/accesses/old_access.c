// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The previous access is so old that history has forgotten its stack; its function, file
// and line are named all the same.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

int shared;
long work[64];

__attribute__((noinline)) static void busy(int i)
{
	work[i % 64] += i;
}

__attribute__((noinline)) static void old_writer(void)
{
	shared = 1;
}

static void first(void)
{
	old_writer();
	for (int i = 0; i < 3000000; i++)
		busy(i);
}

static void second(void)
{
	shared = 2;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: second()
// CHECK: Previous write {{.*}}by thread T1
// CHECK: old_writer()
// CHECK-NEXT: old_access.c:[[#@LINE-25]]
// CHECK: Found 1 data race(s)
