// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads that write neighbouring bytes, and neighbouring bit-fields with a zero-width one
// between, share nothing.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t
// RUN: %race_cc -O3 %s -o %t && %expect_clean %t

#include "two.h"

char bytes[16];
struct {
	int low : 4;
	int : 0;
	int high : 4;
} bits;
struct {
	short left, right;
	char tail;
} fields;

static void even(void)
{
	for (int round = 0; round < 100; round++)
		for (int i = 0; i < 16; i += 2)
			bytes[i]++;
	bits.low = 1;
	fields.left = 1;
	fields.tail = 1;
}

static void odd(void)
{
	for (int round = 0; round < 100; round++)
		for (int i = 1; i < 16; i += 2)
			bytes[i]++;
	bits.high = 1;
	fields.right = 1;
}

int main(void)
{
	run_two(even, odd);
	return 0;
}
