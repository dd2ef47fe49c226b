// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same pair of stacks is reported once, however often it races.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

int values[100];
volatile int count = 100;

static void first(void)
{
	for (int i = 0; i < count; i++)
		values[i] = 1;
}

static void second(void)
{
	for (int i = 0; i < count; i++)
		values[i] = 2;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK-NOT: WARNING: DATA RACE
// CHECK: Found 1 data race(s)
