// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a loop touches at a constant distance is checked by a loop in front of it: element
// by element, or row by row when another loop runs along the rows.
//
// RUN: %clang %race_cflags -O2 -fno-unroll-loops -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O2 -fno-unroll-loops -fplugin-arg-race-strides=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=OFF

// The stores follow in a loop of their own.
// CHECK-LABEL: @strided(
// CHECK: icmp uge i64
// CHECK: call preserve_allcc void @__race_write4(
// CHECK-NOT: store i32 {{.*}}!tbaa
// CHECK: sub i64
// CHECK: br i1
// CHECK-NOT: @__race_{{read|write}}
// CHECK: store i32
// CHECK: {{^}}}
// OFF-LABEL: @strided(
// OFF: call preserve_allcc void @__race_write4(
// OFF-NOT: br i1
// OFF: store i32
void strided(int *a, int n)
{
	for (int i = 0; i < n; i++)
		a[2 * i] = i;
}

// A column of the whole: rows of 384 bytes, 48 of them, in front of both loops.
// CHECK-LABEL: @block(
// CHECK: phi i64 [ 48,
// CHECK: call preserve_allcc void @__race_read_range({{.*}}, i64 384)
// CHECK-NOT: @__race_{{read|write}}
// CHECK: {{^}}}
double block(double (*m)[1000])
{
	double sum = 0;

	for (int j = 0; j < 48; j++)
		for (int i = 0; i < 48; i++)
			sum += m[i][j];
	return sum;
}

// The distance is known to the run alone.
// CHECK-LABEL: @pitch(
// CHECK: phi
// CHECK: call preserve_allcc void @__race_write_range(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: {{^}}}
void pitch(float *m, long rows, long columns, long pitch)
{
	for (long i = 0; i < rows; i++)
		for (long j = 0; j < columns; j++)
			m[i * pitch + j] = i ^ j;
}

// Each row has its own length: one check for each, in the outer loop.
// CHECK-LABEL: @triangle(
// CHECK: phi
// CHECK: call preserve_allcc void @__race_write_range(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: {{^}}}
void triangle(int (*m)[100], int n)
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j <= i; j++)
			m[i][j] = 1;
}

// One field of each element; the same element again and again is one.
// CHECK-LABEL: @field(
// CHECK: call preserve_allcc void @__race_read2(
// CHECK: sub i64
// CHECK-NOT: @__race_{{read|write}}
// CHECK: {{^}}}
struct thing {
	long key;
	short colour;
	int weight;
};
int field(struct thing *t, int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			sum ^= t[j].colour << (i & 7);
	return sum;
}
