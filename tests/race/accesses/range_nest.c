// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows and columns: one range before two loops.
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

	for (long i = 0; i < n / 10; i++)
		for (long j = 0; j < 10; j++)
			rows[i][j] = i; /* low */
}

static void high(void)
{
	long n = length;

	for (long i = n / 10 - 1; i < n / 5; i++)
		for (long j = 0; j < 10; j++)
			rows[i][j] = j; /* high */
}

int main(void)
{
	run_two(low, high);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: {{Write|Read}} of size {{[24]}} {{.*}}by thread T2
// CHECK: high()
// CHECK-NEXT: range_nest.c:29
// CHECK: Previous write of size 4 {{.*}}by thread T1
// CHECK: low()
// CHECK-NEXT: range_nest.c:20
