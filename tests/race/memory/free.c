// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block is freed while another thread still uses it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdlib.h>

#include "two.h"

long *block;

static void user(void)
{
	block[3] = 1;
}

static void owner(void)
{
	free(block);
}

int main(void)
{
	block = malloc(64);
	run_two(user, owner);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Free {{.*}}by thread T2
// CHECK: owner()
// CHECK: Previous write {{.*}}by thread T1
// CHECK: user()
// CHECK: Found 1 data race(s)
