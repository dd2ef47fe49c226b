// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// __sync_* on 16 bytes: values as without the detector, and each is a full barrier.
//
// RUN: %race_cc -O0 -mcx16 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 -mcx16 %s -o %t && %expect_clean %t | FileCheck %s

#include <stdio.h>

#include "two.h"

static __int128 word;
static long data[8];

#define HIGH ((__int128)1 << 100)

// What was done before the first of each pair is seen behind the second.
static void offers(void)
{
	data[0] = 1;
	__sync_fetch_and_add(&word, HIGH + 1);
}

static void takes(void)
{
	if (__sync_fetch_and_or(&word, 2) == HIGH + 1)
		data[0]++;
	data[1] = 1;
	if (__sync_bool_compare_and_swap(&word, HIGH + 3, HIGH))
		data[1]++;
}

static void takes_on(void)
{
	if (__sync_val_compare_and_swap(&word, 77, 78) == HIGH)
		data[1]++;
	data[2] = (long)(__sync_sub_and_fetch(&word, HIGH) == 0);
	data[2] += (long)__sync_lock_test_and_set(&word, 5) == 0;
	__sync_fetch_and_add(&word, 0);
}

static void takes_last(void)
{
	data[2] += (long)__sync_add_and_fetch(&word, 1);
	data[2] += (long)__sync_xor_and_fetch(&word, 1);
	data[2] += (long)__sync_and_and_fetch(&word, 3);
	__sync_lock_release(&word);
	data[3] = (long)__sync_fetch_and_add(&word, 0);
}

int main(void)
{
	run_two(offers, takes);
	run_two(takes_on, takes_last);
	printf("%ld %ld %ld %ld\n", data[0], data[1], data[2], data[3]);
	return 0;
}

// CHECK: 2 3 18 0
