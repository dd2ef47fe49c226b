// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each thread works on every other element: vectorised, the loads would be wide and cover
// both.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O1 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t
// RUN: %race_cc -O3 %s -o %t && %expect_clean %t

#include "two.h"

#define N 1024

int numbers[2 * N], out[2][N];
volatile int length = N;

__attribute__((noinline)) static void gather(int *restrict to, const int *restrict from, int n)
{
	for (int i = 0; i < n; i++)
		to[i] = from[2 * i] * 3;
}

__attribute__((noinline)) static void scatter(int *to, int n)
{
	for (int i = 0; i < n; i++)
		to[2 * i] += i;
}

static void even(void)
{
	gather(out[0], numbers, length);
	scatter(numbers, length);
}

static void odd(void)
{
	gather(out[1], numbers + 1, length);
	scatter(numbers + 1, length);
}

int main(void)
{
	run_two(even, odd);
	return 0;
}
