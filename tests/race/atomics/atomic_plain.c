// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An atomic access and a plain one of the same variable.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdatomic.h>

#include "two.h"

int counter;

static void first(void)
{
	atomic_fetch_add((_Atomic int *)&counter, 1);
}

static void second(void)
{
	counter = 5;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Write {{.*}}by thread T2
// CHECK: second()
// CHECK: Previous atomic write {{.*}}by thread T1
// CHECK: first()
// CHECK: Found 1 data race(s)
