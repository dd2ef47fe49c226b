// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block that is used after another thread freed it, and one that is freed while it is
// used: who freed it where, who allocated it where, what it was used for.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s

#include <stdlib.h>

#include "two.h"

#define NOINLINE __attribute__((noinline))

struct job {
	long id, left;
};

static struct job *volatile early, *volatile late, *volatile written;

static NOINLINE struct job *make(void)
{
	return (struct job *)malloc(sizeof(struct job));
}

static NOINLINE void drop(struct job *job)
{
	free(job);
}

static NOINLINE void use(struct job *job)
{
	job->left = 1;
}

static void first(void)
{
	drop(early);
	use(late);
	use(written);
	drop(written);
}

static void second(void)
{
	use(early);
	drop(late);
	use(written);
}

int main(void)
{
	early = make();
	late = make();
	written = make();
	run_two(first, second);
	return 0;
}

// CHECK: Write of size 8 {{.*}} by thread T2:
// CHECK-NEXT: use(
// CHECK: Previous free of memory {{.*}} by thread T1:
// CHECK: drop(
// CHECK-NEXT: what_freed.c:[[#@LINE-36]]
// CHECK: Location: field 'left' of struct job, 8 bytes into a heap block of size 16, allocated by main thread at:
// CHECK-NEXT: make()
// CHECK: Advice: the memory was freed before this write: it is used after its end
// CHECK: Free of memory {{.*}} by thread T2:
// CHECK: drop(
// CHECK: Previous write of size 8 {{.*}} by thread T1:
// CHECK-NEXT: use(
// CHECK: Location: field 'left' of struct job, 8 bytes into a heap block of size 16, allocated by main thread at:
// CHECK-NEXT: make()
// CHECK: Advice: nothing makes the free wait until the write is over
// What was done to it before does not hide its end.
// CHECK: Write of size 8 {{.*}} by thread T2:
// CHECK-NEXT: use(
// CHECK: Previous free of memory {{.*}} by thread T1:
// CHECK: drop(
// CHECK: Advice: the memory was freed before this write: it is used after its end
// CHECK: Found 3 data race(s)
