// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A local or a global, chosen by data: the global is loaded always after optimisation.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O1 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t
// RUN: %race_cc -O3 %s -o %t && %expect_clean %t

#include "two.h"

int global = 2;
volatile int choice = 1;
volatile int seen;

__attribute__((noinline)) static int pick(int c)
{
	int local = 1;
	int *p = c ? &local : &global;

	return *p;
}

static void reader(void)
{
	seen = pick(choice);
}

static void writer(void)
{
	global = 3;
}

int main(void)
{
	run_two(reader, writer);
	return 0;
}
