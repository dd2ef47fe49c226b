// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What stands at the racing address, of each size and sign.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

int number, sink, flag;
unsigned char byte;
long wide;

static void first(void)
{
	number = 41;
	byte = 255;
	wide = -5;
	flag = 3;
}

static void second(void)
{
	number = 42;
	sink = byte;
	wide = 7;
	__atomic_store_n(&flag, 9, __ATOMIC_RELEASE);
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: Write of size 4
// CHECK: Value before this write: 41 (0x29){{$}}
// CHECK-NEXT: Location: number (int)
// CHECK: Read of size 1
// CHECK: Value read: 255 (0xff){{$}}
// CHECK: Write of size 8
// CHECK: Value before this write: -5 (0xfffffffffffffffb){{$}}
// CHECK: Atomic write of size 4
// CHECK: Value at this address: 9 (0x9){{$}}
// CHECK: Found 4 data race(s)
