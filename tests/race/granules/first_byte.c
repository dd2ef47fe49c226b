// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One access races with two of another thread at once: the one that is told is the one
// whose address is told, the first of them.
//
// RUN: %race_cc -O0 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 -fno-slp-vectorize -g %s -o %t && %expect_race %t | FileCheck %s

#include <string.h>

#include "two.h"

static char bytes[8] __attribute__((aligned(8)));
static char *volatile hidden = bytes;

static void first(void)
{
	char *b = hidden;

	b[2] = 1; // first of the eight
	b[7] = 1;
}

static void second(void)
{
	memset(hidden, 2, 8);
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: Previous write of size 1 at 0x{{[0-9a-f]*[2a]}} by thread T1:
// CHECK-NEXT: first()
// CHECK-NEXT: first_byte.c:[[@LINE-17]]
// CHECK: Found 1 data race(s)
