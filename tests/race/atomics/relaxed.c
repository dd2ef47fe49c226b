// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A relaxed flag publishes nothing.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdatomic.h>

#include "two.h"

int data, seen;
atomic_int ready;

static void first(void)
{
	data = 42;
	atomic_store_explicit(&ready, 1, memory_order_relaxed);
}

static void second(void)
{
	if (atomic_load_explicit(&ready, memory_order_relaxed))
		seen = data;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Read
// CHECK: second()
// CHECK-NEXT: relaxed.c:[[#@LINE-12]]
// CHECK: Previous write
// CHECK: first()
// CHECK: Found 1 data race(s)
