// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One of two globals is read, which one is data: the optimiser loads both. The load of the
// other is none of the program's.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O1 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t
// RUN: %race_cc -O3 %s -o %t && %expect_clean %t

#include "two.h"

int mine = 1, theirs = 2;
volatile int choice = 1;
int seen;

__attribute__((noinline)) static int pick(int c)
{
	return *(c ? &mine : &theirs);
}

static void reader(void)
{
	seen = pick(choice);
}

static void writer(void)
{
	theirs = 3;
}

int main(void)
{
	run_two(reader, writer);
	return 0;
}
