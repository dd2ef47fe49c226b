// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each byte and short of a struct, told by an aligned field, meets another thread's, and
// its neighbours do not. (Stores that the vectoriser joins would be one access.)
//
// RUN: %race_cc -O0 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O1 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 -fno-slp-vectorize -g %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

struct mixed {
	long whole;
	char c0;
	short s2;
	int i4;
	char c8, c9;
	short s10;
	char c12, c13, c14, c15;
};

struct mixed *mixed = &(struct mixed){0};
volatile long sink;

static void first(void)
{
	struct mixed *m = mixed;

	m->whole = 1;
	m->s2 = 1;
	m->c9 = 1;
	m->c12 = 1;
	m->c15 = 1;
}

/* In the same epoch, so that the inlined test alone decides about the second half. */
static void second(void)
{
	struct mixed *m = mixed;

	m->c0 = 2;
	m->i4 = 2;
	m->c8 = 2;
	m->s10 = 2;
	m->c13 = 2;
	m->c14 = 2;
	m->whole = 2; /* race */
	m->s2 = 2; /* race */
	m->c9 = 2; /* race */
	m->c12 = 2; /* race */
	m->c15 = 2; /* race */
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK-COUNT-5: second()
// CHECK: Found 5 data race(s)
