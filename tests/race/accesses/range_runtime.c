// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bounds that only the run knows, in a narrow unsigned counter.
//
// RUN: %race_cc -O0 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O3 -g %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

int array[1000], rows[100][10];
volatile long length = 500;

static void low(void)
{
	long n = length;

	unsigned end = n + 1;

	for (unsigned i = end - end; i != end; i++)
		array[i] = i; /* low */
}

static void high(void)
{
	long n = length;

	for (unsigned short i = n; i < (unsigned short)(2 * n); i++)
		array[i] ^= i; /* high */
}

int main(void)
{
	run_two(low, high);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: {{Write|Read}} of size {{[24]}} {{.*}}by thread T2
// CHECK: high()
// CHECK-NEXT: range_runtime.c:29
// CHECK: Previous write of size 4 {{.*}}by thread T1
// CHECK: low()
// CHECK-NEXT: range_runtime.c:21
