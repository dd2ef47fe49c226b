// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is printed and scanned comes out as it always does, whatever the arguments'
// types, many of them, in registers and behind.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 -D_FORTIFY_SOURCE=2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "two.h"

#define NUMBERS "%d %.1f %s %g %ld %.1Lf %c %d %.2f %s\n"
static volatile int one = 1;
#define ARGUMENTS one, one * 1.5, "two", one * 0.25, 3l, one * 4.5L, 'x', 5, one / 8.0, "end"

static void by_list(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vfprintf(stdout, format, list);
	va_end(list);
	va_start(list, format);
	fflush(stdout);
	vdprintf(1, format, list);
	va_end(list);
}

static void first(void)
{
	fprintf(stdout, NUMBERS, ARGUMENTS);
	fflush(stdout);
	dprintf(1, NUMBERS, ARGUMENTS);
}

static void second(void)
{
	by_list(NUMBERS, ARGUMENTS);
}

int main(void)
{
	first();
	run_two(first, second);
	return 0;
}

// CHECK-COUNT-6: {{^}}1 1.5 two 0.25 3 4.5 x 5 0.12 end{{$}}
