// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory operands are reads and writes of their type's size, told at the line of the
// assembly.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdio.h>

#include "two.h"

typedef float vector __attribute__((vector_size(16)));

static int number, seen;
static vector four, copy;
static char text[40];
static unsigned counter;
static unsigned short half;

static void asm_store(void)
{
	__asm__ volatile("movl $7, %0" : "=m"(number));
}

static void c_read(void)
{
	seen = *(volatile int *)&number;
}

static void c_write_lane(void)
{
	((volatile float *)&four)[3] = 1;
}

static void sse_load(void)
{
	__asm__("movups %1, %0" : "=x"(copy) : "m"(four));
}

/* The operand only tells the compiler what the instruction reaches. */
static void fill(void)
{
	void *to = text;
	unsigned long bytes = sizeof(text);

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes), "=m"(text) : "a"(0));
}

static void c_write_last(void)
{
	((volatile char *)text)[39] = 1;
}

static void asm_increment(void)
{
	__asm__ volatile("incl %0" : "+m"(counter));
}

static void locked_increment(void)
{
	__asm__ volatile("lock; incl %0" : "+m"(counter));
}

static void c_increment(void)
{
	(*(volatile unsigned *)&counter)++;
}

static void intel_style(void)
{
	__asm__ volatile("{addw $1, %0|add word ptr %0, 1}" : "+m"(half));
}

static const struct {
	const char *name;
	void (*first)(void), (*second)(void);
} cases[] = {
	{ "store and read", asm_store, c_read },
	{ "write and sse load", c_write_lane, sse_load },
	{ "fill and write", fill, c_write_last },
	{ "increments", asm_increment, asm_increment },
	{ "atomic and plain", locked_increment, c_increment },
	{ "atomic and asm", locked_increment, asm_increment },
	{ "alternatives", intel_style, intel_style },
};

int main(void)
{
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fprintf(stderr, "try %s\n", cases[i].name);
		run_two(cases[i].first, cases[i].second);
	}
	return 0;
}

// CHECK: try store and read
// CHECK: Read of size 4 {{.*}}by thread T2
// CHECK: Previous write of size 4 {{.*}}by thread T1
// CHECK: asm_store()
// CHECK-NEXT: operands.c:23
// CHECK: try write and sse load
// CHECK: Read of size 16
// CHECK: sse_load()
// CHECK-NEXT: operands.c:38
// CHECK: try fill and write
// CHECK: Write of size 1
// CHECK: Previous write of size 40
// CHECK: fill()
// CHECK-NEXT: operands.c:47
// CHECK: try increments
// CHECK: WARNING: DATA RACE
// CHECK: asm_increment()
// CHECK: try atomic and plain
// CHECK: c_increment()
// CHECK: Previous atomic write of size 4
// CHECK: locked_increment()
// CHECK: try atomic and asm
// CHECK: asm_increment()
// CHECK: Previous atomic write of size 4
// CHECK: try alternatives
// CHECK: WARNING: DATA RACE
// CHECK: intel_style()
