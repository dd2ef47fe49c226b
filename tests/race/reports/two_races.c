// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two races in one program are two reports; the second is not hidden by the first.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

int apples;
char pears;

static void first(void)
{
	apples = 1;
	pears = 1;
}

static void second(void)
{
	apples = 2;
	pears = 2;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: two_races.c:[[#@LINE-11]]
// CHECK: WARNING: DATA RACE
// CHECK: two_races.c:[[#@LINE-12]]
// CHECK: Found 2 data race(s)
