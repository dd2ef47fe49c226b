// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// __sync_* on 16 bytes, and what is done behind the releasing one.
//
// RUN: %race_cc -O0 -mcx16 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 -mcx16 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

static __int128 word;
long data, released;

static void adds(void)
{
	__sync_fetch_and_add(&word, 1);
	data = 1;
}

static void swaps(void)
{
	__sync_val_compare_and_swap(&word, 1, 2);
	data = 2;
}

static void gives(void)
{
	__sync_lock_release(&word);
	released = 1;
}

static void takes(void)
{
	__sync_lock_test_and_set(&word, 1);
	released = 2;
}

int main(void)
{
	run_two(adds, swaps);
	run_two(gives, takes);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK-NEXT: Write of size 8
// CHECK-NEXT: swaps()
// CHECK: Previous write of size 8
// CHECK-NEXT: adds()
// CHECK: WARNING: DATA RACE
// CHECK-NEXT: Write of size 8
// CHECK-NEXT: takes()
// CHECK: Previous write of size 8
// CHECK-NEXT: gives()
// CHECK: Found 2 data race(s)
