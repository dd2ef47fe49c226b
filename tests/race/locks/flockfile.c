// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lock of a FILE: not had, that of another one, and given back too early.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "case.h"

static FILE *one, *other;

CASE(tried, flockfile(one); tried = 1; funlockfile(one); flockfile(one), WANT(1, ftrylockfile(one) != 0); tried = 2)
CASE(two_files, flockfile(other); two_files = 1; funlockfile(other), flockfile(stdin); two_files = 2; funlockfile(stdin))
CASE(outside, flockfile(other); funlockfile(other); outside = 1, flockfile(other); outside = 2; funlockfile(other))

int main(void)
{
	one = tmpfile();
	other = tmpfile();
	RUN(tried);
	RUN(two_files);
	RUN(outside);
	return 0; // `one` is held by a thread that is no more: it stays open
}

// CHECK: tried_second()
// CHECK: Previous write
// CHECK: tried_first()
// CHECK: two_files_second()
// CHECK: Previous write
// CHECK: two_files_first()
// CHECK: outside_second()
// CHECK: Previous write
// CHECK: outside_first()
// CHECK: Found 3 data race(s)
