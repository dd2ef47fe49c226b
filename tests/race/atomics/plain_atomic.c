// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same the other way round: the atomic access comes later.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdatomic.h>

#include "two.h"

int counter;

static void first(void)
{
	counter = 5;
}

static void second(void)
{
	atomic_load((_Atomic int *)&counter);
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Atomic read {{.*}}by thread T2
// CHECK: second()
// CHECK: Previous write {{.*}}by thread T1
// CHECK: first()
// CHECK: Found 1 data race(s)
