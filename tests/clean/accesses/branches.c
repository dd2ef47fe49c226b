// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops with branches and early exits: what lies behind the exit is another thread's.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O1 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t
// RUN: %race_cc -O3 %s -o %t && %expect_clean %t

#include "two.h"

#define N 1024

int text[N];
volatile int length = N;
volatile long seen;

__attribute__((noinline)) static int find(const int *p, int n, int what)
{
	for (int i = 0; i < n; i++)
		if (p[i] == what)
			return i;
	return -1;
}

__attribute__((noinline)) static long sum_flagged(const int *p, int n)
{
	long sum = 0;

	for (int i = 0; i < n; i++) {
		if (i >= N / 2)
			continue;
		sum += p[i];
	}
	return sum;
}

static void front(void)
{
	seen = find(text, length, 7);
	seen += sum_flagged(text, length);
}

static void back(void)
{
	for (int i = N / 2; i < length; i++)
		text[i] = i;
}

int main(void)
{
	text[N / 2 - 1] = 7;
	run_two(front, back);
	return 0;
}
