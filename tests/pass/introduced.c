// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Four programs into which LLVM puts accesses that they do not make (and one more,
// where the condition has the shape of a branch). Nothing of what was added may be
// checked unconditionally.
// RUN: %clang %race_cflags -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O3 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O3 -mavx2 -S -emit-llvm %s -o - | FileCheck %s

int G, G1, G2;

// Both are loaded; each check asks whether its value is picked.
// CHECK-LABEL: @pick(
// CHECK: [[C:%.*]] = icmp eq i32
// CHECK: [[FIRST:%.*]] = freeze i1 [[C]]
// CHECK: [[COLD1:%.*]] = and i1 [[FIRST]], %{{.*}}
// CHECK: br i1 [[COLD1]],
// CHECK: call preserve_allcc void @__race_read4({{.*}}@G2
// CHECK: [[SECOND:%.*]] = freeze i1 [[C]]
// CHECK: [[NOT:%.*]] = xor i1 [[SECOND]], true
// CHECK: [[COLD2:%.*]] = and i1 [[NOT]], %{{.*}}
// CHECK: br i1 [[COLD2]],
// CHECK: call preserve_allcc void @__race_read4({{.*}}@G1
// CHECK: ret i32
int pick(int c) { return *(c ? &G1 : &G2); }

// CHECK-LABEL: @local(
// CHECK: [[C:%.*]] = icmp eq i32
// CHECK: [[PICKED:%.*]] = freeze i1 [[C]]
// CHECK: [[COLD:%.*]] = and i1 [[PICKED]], %{{.*}}
// CHECK: br i1 [[COLD]],
// CHECK: call preserve_allcc void @__race_read4({{.*}}@G{{[, ]}}
// CHECK: ret i32
int local(int c) {
  int local = 7;
  int *p = c ? &local : &G;
  return *p + 3;
}

// The same with something between, so that a branch remains.
// CHECK-LABEL: @branch(
// CHECK: [[C:%.*]] = icmp eq i32
// CHECK: [[PICKED:%.*]] = freeze i1 [[C]]
// CHECK: [[COLD:%.*]] = and i1 [[PICKED]], %{{.*}}
// CHECK: br i1 [[COLD]],
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: call void @other(
void other(void);
int branch(int c) {
  int local = 7;
  int *p = &G;
  if (c) {
    p = &local;
    other();
  }
  return *p;
}

// G is touched under the condition only: no check of it comes before the loop's
// first look at c.
// CHECK-LABEL: @sometimes(
// CHECK-NOT: @__race_{{read|write}}{{.*}}@G
// CHECK: load i32, {{(ptr|i32\*)}} %
// CHECK: store i32 {{.*}}@G,
void sometimes(int *c, int n) {
  for (int i = 0; i < n; i++)
    if (c[i])
      G++;
}

// The odd elements are never read.
// CHECK-LABEL: @stride(
// CHECK-NOT: load <
int stride(int *a, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++)
    sum += a[2 * i];
  return sum;
}

// But a load that the program itself makes counts, picked or not.
// CHECK-LABEL: @own(
// CHECK-NOT: freeze
// CHECK: call preserve_allcc void @__race_read4(
int own(int *p, int c) {
  int v = *p;
  return c ? v : 0;
}
