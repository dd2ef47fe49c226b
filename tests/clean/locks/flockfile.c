// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lock of a FILE, taken by hand.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include "case.h"

static FILE *file;

CASE(locked, flockfile(file); locked = 1; funlockfile(file), flockfile(file); locked++; funlockfile(file))
CASE(tried, WANT(0, ftrylockfile(file)); tried = 1; funlockfile(file), WANT(0, ftrylockfile(file)); tried++; funlockfile(file))
CASE(nested, flockfile(file); WANT(0, ftrylockfile(file)); funlockfile(file); nested = 1; funlockfile(file),
     flockfile(file); nested++; putc_unlocked('x', file); funlockfile(file))

int main(void)
{
	file = tmpfile();
	RUN(locked);
	RUN(tried);
	RUN(nested);
	printf("%d %d %d %ld\n", locked, tried, nested, ftell(file));
	fclose(file);
	return 0;
}

// CHECK: 2 2 2 1
