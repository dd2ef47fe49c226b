// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shadow call stack: entry, every exit, and every way back in.
// RUN: %clangxx %race_cflags -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clangxx %race_cflags -O0 -c %s -o %t.o
// RUN: %clangxx %race_cflags -O2 -g -c %s -o %t.o
#include <setjmp.h>

void may_throw();
int other(int *);

// The stack is raised before its slot is filled, and so is the history. The exit reads the slot again,
// which costs a load and spares a register.
// CHECK-LABEL: @_Z5framePi(
// CHECK: [[TOP:%.*]] = load i64, {{.*}}@__race_self{{.*}} 8)
// CHECK: [[RAISED:%.*]] = add i64 [[TOP]], 8
// CHECK: store volatile i64 [[RAISED]], {{.*}}@__race_self{{.*}} 8)
// CHECK: [[PC:%.*]] = call {{.*}} @llvm.returnaddress(i32 0)
// CHECK: [[PCI:%.*]] = ptrtoint {{.*}} [[PC]] to i64
// CHECK: store volatile i64 [[PCI]],
// CHECK: [[AT:%.*]] = load i64, {{.*}}@__race_self{{.*}} 16)
// CHECK: [[NEXT:%.*]] = add i64 [[AT]], 8
// CHECK: [[WRAP:%.*]] = load i64, {{.*}}@__race_self{{.*}} 24)
// CHECK: [[NEXTW:%.*]] = and i64 [[NEXT]], [[WRAP]]
// CHECK: store volatile i64 [[NEXTW]], {{.*}}@__race_self{{.*}} 16)
// CHECK: store volatile i64 [[PCI]],
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: [[AGAIN:%.*]] = load i64
// CHECK: [[LEFT:%.*]] = xor i64 [[AGAIN]], -1
// CHECK: store volatile i64 [[LEFT]],
// CHECK: store volatile i64 [[TOP]], {{.*}}@__race_self{{.*}} 8)
// CHECK-NEXT: ret void
void frame(int *p) {
  *p = 1;
  asm("");
}

// A function that calls nothing but the door is on the stack while in the door.
// CHECK-LABEL: @_Z6storesPi(
// CHECK-NOT: store
// CHECK: br i1
// CHECK: store volatile i64 {{.*}}@__race_self{{.*}} 8)
// CHECK: call {{.*}} @llvm.returnaddress(i32 0)
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: store volatile i64 {{.*}}@__race_self{{.*}} 8)
// CHECK: br label
// CHECK-NOT: @__race_self
// CHECK: ret void
void stores(int *p) { *p = 1; }

// With many doors, from entry to exit after all.
// CHECK-LABEL: @_Z4manyPPi(
// CHECK: store volatile i64 {{.*}}@__race_self{{.*}} 8)
// CHECK: br i1
// CHECK: store volatile i64 {{.*}}@__race_self{{.*}} 8)
// CHECK-NEXT: ret void
void many(int **p) {
  *p[0] = 1, *p[1] = 2, *p[2] = 3, *p[3] = 4, *p[4] = 5;
}

// Doors without a test in front of them are met each time: one entry for both.
// CHECK-LABEL: @_Z3addPiPKii(
// CHECK: store volatile i64 {{.*}}@__race_self{{.*}} 8)
// CHECK: call preserve_allcc void @__race_{{read|write}}_range(
// CHECK-NOT: store volatile
// CHECK: call preserve_allcc void @__race_{{read|write}}_range(
// CHECK: store volatile i64 {{.*}}@__race_self{{.*}} 8)
// CHECK: ret void
void add(int *to, const int *from, int n) {
  int i = 0;
  do
    to[i] += from[i];
  while (++i < n);
}

// Nothing here can be reported.
// CHECK-LABEL: @_Z4leafii(
// CHECK-NOT: @__race_
// CHECK: ret i32
int leaf(int a, int b) { return a * b; }

// CHECK-LABEL: @_Z7catchesPi(
// CHECK: [[TOP:%.*]] = load i64, {{.*}}@__race_self{{.*}} 8)
// CHECK: landingpad
// CHECK-NEXT: catch
// CHECK: [[OWN:%.*]] = add i64 [[TOP]], 8
// CHECK: call void @__race_unwound(
// CHECK: call {{.*}} @__cxa_begin_catch
int catches(int *p) {
  try {
    may_throw();
  } catch (...) {
    return *p;
  }
  return 0;
}

// Exceptions that pass through leave by resume.
// CHECK-LABEL: @_Z6cleansv(
// CHECK: landingpad
// CHECK: call void @__race_unwound(
// CHECK: store volatile i64 {{.*}}@__race_self{{.*}} 8)
// CHECK-NEXT: resume
struct guard {
  ~guard();
};
void cleans() {
  guard g;
  may_throw();
}

// CHECK-LABEL: @_Z5jumpsPi(
// CHECK: call i32 @_setjmp(
// CHECK-NOT: br
// CHECK: call void @__race_unwound(
jmp_buf place;
int jumps(int *p) {
  if (setjmp(place))
    return *p;
  may_throw();
  return 1;
}

// A call that must be the last thing stays the last thing.
// CHECK-LABEL: @_Z4tailPi(
// CHECK: store volatile i64 {{.*}}@__race_self{{.*}} 8)
// CHECK: store volatile i64 {{.*}}@__race_self{{.*}} 8)
// CHECK: musttail call
// CHECK-NEXT: ret
int tail(int *p) { [[clang::musttail]] return other(p); }
