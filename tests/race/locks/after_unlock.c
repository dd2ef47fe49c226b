// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is written after the unlock is not ordered by it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
int inside, after;

static void first(void)
{
	pthread_mutex_lock(&lock);
	inside = 1;
	pthread_mutex_unlock(&lock);
	after = 1;
}

static void second(void)
{
	pthread_mutex_lock(&lock);
	inside = 2;
	after = 2;
	pthread_mutex_unlock(&lock);
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: after_unlock.c:[[#@LINE-11]]
// CHECK: Previous write
// CHECK: after_unlock.c:[[#@LINE-20]]
// CHECK: Found 1 data race(s)
