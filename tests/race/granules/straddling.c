// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Unaligned accesses that reach over granules, against the single bytes at their ends
// and halves in their middle.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <string.h>

#include "two.h"

#define PLACES 5

struct place {
	char before[5];
	long wide __attribute__((packed)); // bytes 5 to 12 of 16
	char behind[3];
} __attribute__((packed, aligned(16))) place[PLACES];
char sink;

static void first(void)
{
	for (int i = 0; i < PLACES; i++)
		place[i].wide = i;
}

__attribute__((noinline)) static void first_byte(void)
{
	sink = ((volatile char *)&place[0])[5];
}

__attribute__((noinline)) static void last_byte(void)
{
	sink = ((volatile char *)&place[1])[12];
}

__attribute__((noinline)) static void half_before(void)
{
	sink = *(volatile short *)((char *)&place[2] + 6);
}

__attribute__((noinline)) static void half_across(void)
{
	sink = *(volatile short *)((char *)&place[3] + 7);
}

__attribute__((noinline)) static void word_behind(void)
{
	*(volatile int *)((char *)&place[4] + 10) = 1;
}

static void second(void)
{
	first_byte();
	last_byte();
	half_before();
	half_across();
	word_behind();
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: Read of size 1
// CHECK-NEXT: first_byte()
// CHECK: Previous write of size 8
// CHECK-NEXT: first()
// CHECK: Read of size 1
// CHECK-NEXT: last_byte()
// CHECK: Read of size 2
// CHECK-NEXT: half_before()
// CHECK: Read of size 2
// CHECK-NEXT: half_across()
// CHECK: Write of size 4
// CHECK-NEXT: word_behind()
// CHECK: Found 5 data race(s)
