// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two threads write the same byte of a word; its neighbours do not matter.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

char text[8];

static void first(void)
{
	text[2] = 'a';
	text[3] = 'b';
}

static void second(void)
{
	text[3] = 'c';
	text[4] = 'd';
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: byte.c:[[#@LINE-11]]
// CHECK: Previous write
// CHECK: byte.c:[[#@LINE-18]]
// CHECK: Found 1 data race(s)
