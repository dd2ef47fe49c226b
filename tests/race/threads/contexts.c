// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A race inside of contexts: each side's stack is that of its context, whatever else the
// thread did since. A context that goes on in another thread, with nothing between, races
// itself.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdlib.h>
#include <ucontext.h>

#include "two.h"

enum { STACK = 64 << 10 };
static ucontext_t context[3], home[3];
static volatile long shared;
static volatile long own[2];

__attribute__((noinline)) static void touch(int i)
{
	shared = i;
	own[i]++;
}

__attribute__((noinline)) static void inner(int i)
{
	touch(i);
	swapcontext(&context[i], &home[i]);
	own[i]++;
}

static void body(int i)
{
	inner(i);
	own[i]++;
}

static void make(int i, ucontext_t *link)
{
	getcontext(&context[i]);
	context[i].uc_stack.ss_sp = malloc(STACK);
	context[i].uc_stack.ss_size = STACK;
	context[i].uc_link = link;
	makecontext(&context[i], (void (*)(void))body, 1, i);
}

__attribute__((noinline)) static void after(int i)
{
	own[i]++;
}

static void first(void)
{
	make(0, &home[0]);
	swapcontext(&home[0], &context[0]);
	for (int i = 0; i < 10; i++)
		after(0);
}

static void second(void)
{
	make(1, &home[1]);
	swapcontext(&home[1], &context[1]);
	swapcontext(&home[0], &context[0]); // which the first thread left
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: Write of size 8 {{.*}} by thread T2
// CHECK-NEXT: touch()
// CHECK-NEXT: contexts.c
// CHECK-NEXT: inner()
// CHECK-NEXT: contexts.c
// CHECK-NEXT: body()
// CHECK: Previous write of size 8 {{.*}} by thread T1
// CHECK-NEXT: touch()
// CHECK-NEXT: contexts.c
// CHECK-NEXT: inner()
// CHECK-NEXT: contexts.c
// CHECK-NEXT: body()
// CHECK: by thread T2
// CHECK-NEXT: swapcontext()
// CHECK-NEXT: <libc>
// CHECK-NEXT: second()
// CHECK: Previous write {{.*}}by thread T1
// CHECK-NEXT: swapcontext()
