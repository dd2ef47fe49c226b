// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vectorised loops over arrays that overlap in one element.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

int array[1000];

static void low(void)
{
	for (int i = 0; i < 501; i++)
		array[i] = i;
}

static void high(void)
{
	for (int i = 500; i < 1000; i++)
		array[i] = 2 * i;
}

int main(void)
{
	run_two(low, high);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Write {{.*}}by thread T2
// CHECK: high()
// CHECK: Previous write {{.*}}by thread T1
// CHECK: low()
// CHECK: Found 1 data race(s)
