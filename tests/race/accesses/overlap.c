// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Accesses of different size that share one byte, across a granule's edge.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <string.h>

#include "two.h"

_Alignas(16) unsigned char bytes[32];

static void first(void)
{
	unsigned long word = 0x0102030405060708;

	memcpy(bytes + 5, &word, sizeof(word)); // bytes 5 to 12
}

static void second(void)
{
	bytes[12] = 1;
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
