// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every pair of a releasing and an acquiring operation or fence makes an edge.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <stdio.h>

#include "pairs.h"

int main(void)
{
	printf("%d pairs\n", run_pairs(true));
	return 0;
}

// CHECK: 240 pairs
