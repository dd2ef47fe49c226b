// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two threads set a counter without a lock: the plain report, with the lines of both
// accesses and of both creations.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

int counter;

static void first(void)
{
	counter = 1;
}

static void second(void)
{
	counter = 2;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Write {{.*}}by thread T2
// CHECK: second()
// CHECK-NEXT: counter.c:[[#@LINE-12]]
// CHECK: Previous write {{.*}}by thread T1
// CHECK: first()
// CHECK-NEXT: counter.c:[[#@LINE-20]]
// CHECK: Thread T2 {{.*}}created at
// CHECK: run_two()
// CHECK: Thread T1 {{.*}}created at
// CHECK: run_two()
// CHECK: Found 1 data race(s)
