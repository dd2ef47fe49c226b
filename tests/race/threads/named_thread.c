// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread's name stands in the report.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include "two.h"

int shared;

static void first(void)
{
	pthread_setname_np(pthread_self(), "filler");
	shared = 1;
}

static void second(void)
{
	pthread_setname_np(pthread_self(), "drainer");
	shared = 2;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Write {{.*}}by thread T2 'drainer'
// CHECK: Previous write {{.*}}by thread T1 'filler'
// CHECK: Found 1 data race(s)
