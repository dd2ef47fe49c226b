// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each thread holds a mutex, but not the same.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
int shared;

static void first(void)
{
	pthread_mutex_lock(&one);
	shared = 1;
	pthread_mutex_unlock(&one);
}

static void second(void)
{
	pthread_mutex_lock(&other);
	shared = 2;
	pthread_mutex_unlock(&other);
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
