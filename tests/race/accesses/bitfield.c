// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two bit-fields in one unit are one memory location.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

struct bits {
	unsigned low : 4, high : 4;
} bits;

static void first(void)
{
	bits.low = 1;
}

static void second(void)
{
	bits.high = 2;
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
// CHECK: Location: bits.low|high (unsigned int), fields 'low|high' of struct bits, global at
// CHECK: Found
