// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `if (c[i]) total++` with no c[i] set: loop-invariant code motion would load, even store,
// `total`.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O1 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t
// RUN: %race_cc -O3 %s -o %t && %expect_clean %t

#include "two.h"

char condition[100];
volatile int length = 100;
int total;

__attribute__((noinline)) static void count(const char *c, int n)
{
	for (int i = 0; i < n; i++)
		if (c[i])
			total++;
}

static void counter(void)
{
	count(condition, length);
}

static void writer(void)
{
	total = 3;
}

int main(void)
{
	run_two(counter, writer);
	return 0;
}
