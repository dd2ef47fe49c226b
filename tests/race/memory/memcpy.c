// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block copied while another thread writes inside its source.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <string.h>

#include "two.h"

char from[4096], to[4096];

static void first(void)
{
	from[4000] = 1;
}

static void second(void)
{
	memcpy(to, from, sizeof(to));
}

int main(void)
{
	run_two(first, second);
	return to[4000] - 1;
}

// CHECK: WARNING: DATA RACE
// CHECK: Read {{.*}}by thread T2
// CHECK: second()
// CHECK: Previous write {{.*}}by thread T1
// CHECK: first()
// CHECK: Found 1 data race(s)
