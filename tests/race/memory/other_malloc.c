// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block is freed while another thread still uses it, with another allocator than libc's.
//
// RUN: %race_cc -O2 %s -o %t -ljemalloc && %expect_race %t | FileCheck %s
// RUN: %race_cc -O0 %s -o %t -Wl,-Bstatic -ljemalloc -Wl,-Bdynamic -ldl -lm -lstdc++ && %expect_race %t | FileCheck %s
// RUN: %race_cc -O0 %s -o %t -ltcmalloc_minimal && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t
// RUN: %expect_race env LD_PRELOAD=libjemalloc.so.2 %t | FileCheck %s
// RUN: %expect_race env LD_PRELOAD=libtcmalloc_minimal.so.4 %t | FileCheck %s
// RUN: %clang -fno-builtin -O2 -c %S/../../clean/memory/Inputs/own_malloc.c -o %t.o
// RUN: %race_cc -O2 %s %t.o -o %t && %expect_race %t | FileCheck %s
// RUN: %race_clang -fno-builtin -O2 -c %S/../../clean/memory/Inputs/own_malloc.c -o %t.o
// RUN: %race_cc -O0 %s %t.o -o %t && %expect_race %t | FileCheck %s

#include <stdlib.h>

#include "two.h"

long *block;

static void user(void)
{
	block[0] = 1; // of the program's own malloc we know no more than the first word
}

static void owner(void)
{
	free(block);
}

int main(void)
{
	block = malloc(64);
	run_two(user, owner);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Free {{.*}}by thread T2
// CHECK-NEXT: free()
// CHECK-NEXT: <libc>
// CHECK-NEXT: owner()
// CHECK: Previous write {{.*}}by thread T1
// CHECK: user()
// CHECK: Found 1 data race(s)
