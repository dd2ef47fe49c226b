// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A row that all other rows are held against, behind a test that it is not empty: one range
// in front of both loops, with its last element in it.
//
// RUN: %race_cc -O0 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O3 -g %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

#define COLUMNS 3

int row[COLUMNS], others[100][COLUMNS];
volatile int count = 100, columns = COLUMNS, sum;

static inline int distance(const int *one, const int *two, int n)
{
	int result = 0;

	for (int i = 0; i < n; i++)
		result += (one[i] - two[i]) * (one[i] - two[i]); /* distance */
	return result;
}

static void reads(void)
{
	int rows = count, n = columns, result = 0;

	for (int i = 0; i < rows; i++)
		result += distance(row, others[i], n);
	sum = result;
}

static void writes(void)
{
	row[columns - 1] = 1; /* writes */
}

int main(void)
{
	run_two(reads, writes);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Write of size 4 {{.*}}by thread T2
// CHECK-NEXT: writes()
// CHECK-NEXT: range_guarded.c:37
// CHECK: Previous read of size 4 {{.*}}by thread T1
// CHECK: distance()
// CHECK-NEXT: range_guarded.c:22
