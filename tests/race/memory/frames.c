// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What another thread does to a frame's memory, unordered, races: alloca'd memory of a
// function that has returned, or that longjmp left, whoever has the place by then.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <alloca.h>
#include <setjmp.h>
#include <stdatomic.h>

#include "two.h"

static _Atomic(char *) returned, jumped, reused;

__attribute__((noinline)) static void lend(_Atomic(char *) *to, int bytes, jmp_buf *out)
{
	volatile char *lent = alloca((size_t)bytes);

	lent[8] = 1;
	atomic_store_explicit(to, (char *)lent, memory_order_relaxed);
	if (out)
		longjmp(*out, 1);
}

// Deeper than the others, where they have not been.
__attribute__((noinline)) static void reuse(void)
{
	volatile char *whole = alloca(8192);

	atomic_store_explicit(&reused, (char *)whole, memory_order_relaxed);
	whole[50] = 1;
}

static void first(void)
{
	volatile char apart[512]; // the two frames of lend() do not share their places
	jmp_buf out;

	apart[0] = 0;
	lend(&returned, 64, 0);
	if (!setjmp(out))
		lend(&jumped, 2048, &out);
	reuse();
}

static void second(void)
{
	volatile char *at = atomic_load_explicit(&reused, memory_order_relaxed);

	at[50] = 2;
	// CHECK: Write of size 1 {{.*}}by thread T2
	// CHECK-NEXT: second()
	// CHECK-NEXT: frames.c:[[@LINE-3]]
	// CHECK: Previous write {{.*}}by thread T1
	// CHECK: reuse()
	at = atomic_load_explicit(&jumped, memory_order_relaxed);
	at[8] = 2;
	// CHECK: Write of size 1 {{.*}}by thread T2
	// CHECK-NEXT: second()
	// CHECK-NEXT: frames.c:[[@LINE-3]]
	// CHECK: Previous write {{.*}}by thread T1
	// CHECK-NEXT: lend()
	at = atomic_load_explicit(&returned, memory_order_relaxed);
	at[8] = 2;
	// CHECK: Write of size 1 {{.*}}by thread T2
	// CHECK-NEXT: second()
	// CHECK-NEXT: frames.c:[[@LINE-3]]
	// CHECK: Previous write {{.*}}by thread T1
	// CHECK-NEXT: lend()
	// CHECK: Found 3 data race(s)
}

int main(void)
{
	run_two(first, second);
	return 0;
}
