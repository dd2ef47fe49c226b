// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// memcpy, memmove, memset, strings and structures: right results, each thread on its own
// half.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <stdio.h>
#include <string.h>

#include "two.h"

struct big {
	char bytes[300];
};

struct big halves[2], copies[2];

static void work(int which)
{
	memset(&halves[which], 'a' + which, sizeof(struct big));
	memmove(halves[which].bytes + 1, halves[which].bytes, 200);
	halves[which].bytes[299] = 0;
	copies[which] = halves[which];
	memcpy(copies[which].bytes, "xyz", 3);
}

static void first(void)
{
	work(0);
}

static void second(void)
{
	work(1);
}

int main(void)
{
	run_two(first, second);
	printf("%.5s %.5s %zu\n", copies[0].bytes, copies[1].bytes, strlen(copies[1].bytes));
	return 0;
}

// CHECK: xyzaa xyzbb 299
