// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A trylock that fails acquires nothing.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
int shared;

static void first(void)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock); // still held when second() tries
	shared = 1;
}

static void second(void)
{
	if (pthread_mutex_trylock(&lock))
		shared = 2;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: second()
// CHECK: Previous write
// CHECK: first()
// CHECK: Found 1 data race(s)
