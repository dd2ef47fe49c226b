// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A field of a heap block, reached from both threads.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdlib.h>

#include "two.h"

struct node {
	long key;
	int count;
	char flag;
};

struct node *node;

static void first(void)
{
	node->count = 1;
}

static void second(void)
{
	node->count = 2;
}

int main(void)
{
	node = calloc(1, sizeof(*node));
	run_two(first, second);
	free(node);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: second()
// CHECK: Previous write
// CHECK: first()
// CHECK: Found 1 data race(s)
