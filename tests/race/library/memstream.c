// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Flushing or closing a stream into memory writes the two variables that the program gave,
// and what was put into the stream.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include "two.h"

static char *flushed, *closed, *text;
static wchar_t *wide;
static size_t flushed_bytes, closed_bytes, bytes;
static FILE *kept;
static volatile size_t sum;

static void first(void)
{
	FILE *one;

	kept = open_memstream(&flushed, &flushed_bytes);
	fputs("abc", kept);
	fflush(kept);
	one = open_memstream(&closed, &closed_bytes);
	fputs("abc", one);
	fclose(one);
	one = open_memstream(&text, &bytes);
	fputs("abc", one);
	fflush(one);
	fputs("def", one);
	fclose(one);
	one = open_wmemstream(&wide, &bytes);
	fputws(L"abc", one);
	fclose(one);
}

static void second(void)
{
	sum += flushed_bytes;
	// CHECK: Read {{.*}}by thread T2
	// CHECK-NEXT: second()
	// CHECK-NEXT: memstream.c:[[@LINE-3]]
	// CHECK: Previous write {{.*}}by thread T1
	// CHECK-NEXT: fflush()
	sum += closed != 0;
	// CHECK: Read {{.*}}by thread T2
	// CHECK-NEXT: second()
	// CHECK-NEXT: memstream.c:[[@LINE-3]]
	// CHECK: Previous write {{.*}}by thread T1
	// CHECK-NEXT: fclose()
	volatile char *hidden = *(char *volatile *)&text; // the pointer is raced on, too
	// CHECK: Read {{.*}}by thread T2
	// CHECK: Previous write {{.*}}by thread T1
	// CHECK-NEXT: fclose()
	sum += hidden[5];
	// CHECK: Read {{.*}}by thread T2
	// CHECK-NEXT: second()
	// CHECK-NEXT: memstream.c:[[@LINE-3]]
	// CHECK: Previous allocation {{.*}}by thread T1
	// CHECK-NEXT: fclose()
	sum += ((volatile char *)flushed)[1];
	// CHECK: Read {{.*}}by thread T2
	// CHECK-NEXT: second()
	// CHECK-NEXT: memstream.c:[[@LINE-3]]
	// CHECK: Previous allocation {{.*}}by thread T1
	// CHECK-NEXT: fflush()
	sum += (size_t)((wchar_t *volatile *)&wide)[0][2];
	// CHECK: Read {{.*}}by thread T2
	// CHECK: Previous write {{.*}}by thread T1
	// CHECK-NEXT: fclose()
	// CHECK: Read {{.*}}by thread T2
	// CHECK: Previous allocation {{.*}}by thread T1
	// CHECK-NEXT: fclose()
	// CHECK: Found 8 data race(s)
}

int main(void)
{
	run_two(first, second);
	return 0;
}
