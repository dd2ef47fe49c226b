// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program that fails by itself keeps its own exit status; the report is there.
//
// RUN: %race_cc -O0 %s -o %t && %expect 3 %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect 3 %t | FileCheck %s

#include "two.h"

int shared;

static void first(void)
{
	shared = 1;
}

static void second(void)
{
	shared = 2;
}

int main(void)
{
	run_two(first, second);
	return 3;
}

// CHECK: WARNING: DATA RACE
// CHECK: Found 1 data race(s)
