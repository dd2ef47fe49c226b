// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a thread does at two places with the bytes of one word, in one epoch, is remembered
// together. Whichever bytes these are, atomics race with no atomics.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <stdatomic.h>
#include <stdio.h>

#include "two.h"

#define SETS 256

static _Alignas(8) _Atomic char words[SETS][8];

static void first(void)
{
	for (int set = 0; set < SETS; set++) {
		for (int byte = 0; byte < 8; byte++)
			if (!(set >> byte & 1))
				atomic_store_explicit(&words[set][byte], 1, memory_order_relaxed);
		for (int byte = 0; byte < 8; byte++)
			if (set >> byte & 1)
				atomic_store_explicit(&words[set][byte], 2, memory_order_relaxed);
	}
}

static void second(void)
{
	int sum = 0;

	for (int set = 0; set < SETS; set++)
		for (int byte = 0; byte < 8; byte++)
			sum += atomic_fetch_add_explicit(&words[set][byte], 1, memory_order_relaxed);
	printf("%d\n", sum);
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: 3072
