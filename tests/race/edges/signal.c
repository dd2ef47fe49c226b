// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A condition variable's signal orders nothing by itself.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
int shared;

static void first(void)
{
	shared = 1;
	pthread_cond_signal(&changed);
}

static void second(void)
{
	pthread_cond_broadcast(&changed);
	shared = 2;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: second()
// CHECK: Previous write
// CHECK: first()
// CHECK: Found 1 data race(s)
