// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A write after another thread's read is a race as well.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

long value, seen;

static void reader(void)
{
	seen = value;
}

static void writer(void)
{
	value = 7;
}

int main(void)
{
	run_two(reader, writer);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Write {{.*}}by thread T2
// CHECK: writer()
// CHECK: Previous read {{.*}}by thread T1
// CHECK: reader()
// CHECK: Found 1 data race(s)
