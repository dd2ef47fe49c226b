// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Volatile orders nothing.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

volatile int flag;

static void first(void)
{
	flag = 1;
}

static void second(void)
{
	while (!flag)
		;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Read {{.*}}by thread T2
// CHECK: Previous write {{.*}}by thread T1
// CHECK: Found 1 data race(s)
