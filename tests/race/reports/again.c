// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is met again under the same pair of stacks is counted and told at exit, the most
// frequent first; max_reports ends the reports, not the count.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %expect_race env RACE_OPTIONS=max_reports=1 %t | FileCheck %s --check-prefix=LIMIT

#include "two.h"

int many[100], few[10];
volatile int hundred = 100, ten = 10;

static void first(void)
{
	for (int i = 0; i < ten; i++)
		few[i] = 1;
	for (int i = 0; i < hundred; i++)
		many[i] = 1;
}

static void second(void)
{
	for (int i = 0; i < ten; i++)
		few[i] = 2;
	for (int i = 0; i < hundred; i++)
		many[i] = 2;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK-COUNT-2: WARNING: DATA RACE
// CHECK: Met again {{[1-9][0-9]+}} time(s): second() again.c:[[#@LINE-10]] and first() again.c:[[#@LINE-18]]
// CHECK-NEXT: Met again {{[1-9]}} time(s): second() again.c:[[#@LINE-13]] and first() again.c:[[#@LINE-21]]
// CHECK-NEXT: Found 2 data race(s){{$}}
// LIMIT: WARNING: DATA RACE
// LIMIT-NOT: WARNING
// LIMIT: Found {{[0-9]+}} data race(s), 1 of them reported (max_reports)
