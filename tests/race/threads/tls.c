// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread-local variable whose address another thread uses.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

static __thread int mine;
int *address; // handed over by the invisible barrier: a race of its own
static int *volatile *hidden = (int *volatile *)&address;

static void owner(void)
{
	*hidden = &mine;
	mine = 1;
}

static void guest(void)
{
	**hidden = 2;
}

int main(void)
{
	run_two(owner, guest);
	return 0;
}

// CHECK: Found 2 data race(s)
