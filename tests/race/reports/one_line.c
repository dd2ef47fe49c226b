// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A line that reads a variable, releases something and writes the variable, as x++ does
// when a signal handler comes between: the read and the write are one race, not two. What
// another line does to the same variable is another one.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

long counter;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static long one(void)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	return 1;
}

static void first(void)
{
	counter = 1;
}

static void second(void)
{
	counter = counter + one();
}

static void third(void)
{
	long value = counter + one();
	counter = value;
}

int main(void)
{
	run_two(first, second);
	run_two(first, third);
	return 0;
}

// CHECK: Read of size 8
// CHECK-NEXT: second()
// CHECK-NEXT: one_line.c:[[#@LINE-18]]
// CHECK: Read of size 8
// CHECK-NEXT: third()
// CHECK-NEXT: one_line.c:[[#@LINE-16]]
// CHECK: Write of size 8
// CHECK-NEXT: third()
// CHECK-NEXT: one_line.c:[[#@LINE-18]]
// CHECK: Found 3 data race(s)
