// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A local variable of main, given to both threads.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

int *local;

static void first(void)
{
	*local = 1;
}

static void second(void)
{
	*local = 2;
}

int main(void)
{
	int variable = 0;

	local = &variable;
	run_two(first, second);
	return variable == 2 ? 0 : 1;
}

// CHECK: WARNING: DATA RACE
// CHECK: second()
// CHECK: Previous write
// CHECK: first()
// CHECK: Found 1 data race(s)
