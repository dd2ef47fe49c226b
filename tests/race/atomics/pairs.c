// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every pair of which one side does not release, or the other not acquire, is a race; each
// is told.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdio.h>

#include "pairs.h"

int main(void)
{
	printf("%d pairs\n", run_pairs(false));
	return 0;
}

// CHECK: [[#PAIRS:]] pairs
// CHECK: Read of size 4 {{.*}}by thread T2
// CHECK: take_load_relaxed()
// CHECK: Previous write of size 4 {{.*}}by thread T1
// CHECK: give_store_relaxed()
// CHECK: Found [[#PAIRS]] data race(s)
