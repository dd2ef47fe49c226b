// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Only the last element of one loop is the first of the other.
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

	for (long i = 0; i < n + 1; i++)
		array[i] = i; /* low */
}

static void high(void)
{
	long n = length;

	for (long i = n; i < 2 * n; i++)
		array[i] += 2 * i; /* high */
}

int main(void)
{
	run_two(low, high);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: {{Write|Read}} of size {{[24]}} {{.*}}by thread T2
// CHECK: high()
// CHECK-NEXT: range_last.c:27
// CHECK: Previous write of size 4 {{.*}}by thread T1
// CHECK: low()
// CHECK-NEXT: range_last.c:19
