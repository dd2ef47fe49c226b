// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A hundred million accesses and a million critical sections lie between the two.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
int shared;
volatile int work[4096];

__attribute__((noinline)) static void old_writer(void)
{
	shared = 1;
}

static void first(void)
{
	old_writer();
	for (int section = 0; section < 1000000; section++) {
		pthread_mutex_lock(&lock);
		for (int i = 0; i < 50; i++)
			work[(section + i) % 4096]++;
		pthread_mutex_unlock(&lock);
	}
}

static void second(void)
{
	shared = 2;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: second()
// CHECK-NEXT: very_old.c:[[#@LINE-11]]
// CHECK: Previous write of size 4 {{.*}}by thread T1
// CHECK-NEXT: old_writer()
// CHECK-NEXT: very_old.c:[[#@LINE-30]]
// CHECK: Found 1 data race(s)
