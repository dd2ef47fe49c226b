// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A read after another thread's write.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

short value;
int seen;

static void writer(void)
{
	value = 7;
}

static void reader(void)
{
	seen = value;
}

int main(void)
{
	run_two(writer, reader);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Read {{.*}}by thread T2
// CHECK: reader()
// CHECK: Previous write {{.*}}by thread T1
// CHECK: writer()
// CHECK: Found 1 data race(s)
