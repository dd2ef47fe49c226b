// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One check before a loop for all its iterations, and the loop still vectorises.
//
// RUN: %clang %race_cflags -O2 -g1 -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=CHECK,O2
// RUN: %clang %race_cflags -O3 -mavx2 -g1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -fplugin-arg-race-ranges=0 -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=OFF
// RUN: %clang %race_cflags -fplugin-arg-race-stats=1 -O2 -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=STATS
// RUN: %clang %race_cflags -O2 -flto=thin -S -emit-llvm %s -o - | FileCheck %s --check-prefix=LTO

// OFF-NOT: _range({{.*}}, i64 %
// STATS: ranges {{[1-9]}}
// LTO-LABEL: @sum(
// LTO: call preserve_allcc void @__race_read_range(
#include <stdatomic.h>

// Reads and writes the same bytes: one check of the write, nothing in the loop.
// CHECK-LABEL: @sum(
// CHECK-NOT: @__race_read
// CHECK: call preserve_allcc void @__race_write_range({{.*}} [[LENGTH:%.*]]) {{.*}}!dbg [[LINE:![0-9]+]]
// CHECK-NOT: @__race_{{read|write}}
// CHECK: store <
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret void
void sum(int *to, const int *from, int n)
{
	for (int i = 0; i < n; i++)
		to[i] += i;
}

// CHECK-LABEL: @down(
// CHECK: call preserve_allcc void @__race_write_range(
// CHECK: store <
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret void
void down(short *to, long n)
{
	for (long i = n - 1; i >= 0; i--)
		to[i] = i;
}

// Rows that follow one another are one range, of 400 n bytes.
// CHECK-LABEL: @rows(
// CHECK: mul {{.*}}400
// CHECK: call preserve_allcc void @__race_write_range(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret void
void rows(int (*to)[100], int n)
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j < 100; j++)
			to[i][j] = i ^ j;
}

// The row that all others are held against: one range, of none if rows are empty. (At -O3
// there is a loop for that case.)
// CHECK-LABEL: @nearest(
// O2: [[ROW:%.*]] = select i1 {{.*}}, i64 {{.*}}, i64 0
// O2: call preserve_allcc void @__race_read_range({{.*}}, i64 [[ROW]])
// O2: phi
// O2: call preserve_allcc void @__race_read_range(
// O2-NOT: @__race_{{read|write}}_range
static inline int distance(const int *one, const int *two, int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += (one[i] - two[i]) * (one[i] - two[i]);
	return sum;
}

int nearest(const int *one, const int *others, long stride, int rows, int n)
{
	int least = -1;

	for (int row = 0; row < rows; row++) {
		int found = distance(one, (const int *)((long)others ^ (row * stride)), n);

		least = found < least ? found : least;
	}
	return least;
}

// Rows with a gap: a range for each.
// CHECK-LABEL: @part(
// CHECK: phi
// CHECK: call preserve_allcc void @__race_write_range({{.*}}, i64 396)
// CHECK: ret void
void part(int (*to)[100], int n)
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j < 99; j++)
			to[i][j] = i ^ j;
}

// Two fields side by side, on one line: together they leave no gap.
struct pair {
	int x, y;
};
// CHECK-LABEL: @pairs(
// CHECK: call preserve_allcc void @__race_write_range(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret void
void pairs(struct pair *p, int n)
{
	for (int i = 0; i < n; i++)
		p[i].x = 1, p[i].y = i;
}

// Nothing moves before a condition, or across what synchronises.
// CHECK-LABEL: @branchy(
// CHECK-NOT: @__race_write_range
// CHECK: ret void
void branchy(int *a, const int *c, int n)
{
	for (int i = 0; i < n; i++)
		if (c[i])
			a[i] = 1;
}

// CHECK-LABEL: @waits(
// CHECK-NOT: _range(
// CHECK: ret void
void waits(int *a, atomic_int *turn, int n)
{
	for (int i = 0; i < n; i++) {
		a[i] = i;
		while (atomic_load_explicit(turn, memory_order_acquire) < i)
			;
	}
}

// CHECK-LABEL: @calls(
// CHECK-NOT: _range(
// CHECK: ret void
void unknown(void);
void calls(int *a, int n)
{
	for (int i = 0; i < n; i++) {
		a[i] = i;
		unknown();
	}
}

// CHECK-LABEL: @leaves(
// CHECK-NOT: _range(
// CHECK: ret void
void leaves(int *a, int n)
{
	for (int i = 0; i < n; i++) {
		if (a[i] == 7)
			break;
		a[i] = 1;
	}
}

// CHECK-LABEL: @volatiles(
// CHECK-NOT: _range(
// CHECK: ret void
void volatiles(volatile int *a, int n)
{
	for (int i = 0; i < n; i++)
		a[i] = i;
}

// A local array needs nothing.
// CHECK-LABEL: @local(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret i32
int local(int n)
{
	int a[256];
	for (int i = 0; i < 256; i++)
		a[i] = i * n;
	int sum = 0;
	for (int i = 0; i < 256; i++)
		sum ^= a[i] >> (a[255 - i] & 7);
	return sum;
}

// The vectoriser is told that all is well; its access groups stand beside ours.
// CHECK-LABEL: @parallel(
// CHECK: call preserve_allcc void @__race_write_range(
// CHECK-NOT: @__race_write
// CHECK: ret void
void parallel(int *a, int *b, int n)
{
#pragma clang loop vectorize(assume_safety)
	for (int i = 0; i < n; i++)
		a[i] = b[i] + 1;
}

// The line of the access, not of the loop. No mark and no tag is left.
// CHECK-NOT: race.range
// CHECK: [[LINE]] = !DILocation(line: 28,
