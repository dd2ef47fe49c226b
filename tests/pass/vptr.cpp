// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pointers to vtables: a store of the same pointer again (a destructor of a class
// without subclasses) is no race, so they have a door and kinds of their own.
// RUN: %clangxx %race_cflags -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clangxx %race_cflags -O0 -S -emit-llvm %s -o - | FileCheck %s

// One write, one read: the vtable itself never changes.
// CHECK: @__race_sites = {{.*}}[{ i32, i16, i8, i8 } { i32 0, i16 8, i8 5, i8 0 }, { i32, i16, i8, i8 } { i32 0, i16 8, i8 4, i8 0 }],
struct base {
  base();
  virtual int value();
  int v;
};

// CHECK-LABEL: @_ZN4baseC2Ev(
// CHECK: icmp uge i64 {{%.*}}, 65536
// CHECK: call preserve_allcc void @__race_write_vptr({{.*}}@__race_sites{{.*}}@_ZTV4base
// CHECK: store {{.*}}@_ZTV4base
base::base() {}

// CHECK-LABEL: @_Z4callP4base(
// CHECK: icmp uge i64 {{%.*}}, 16777216
// CHECK: call preserve_allcc void @__race_read8(
// CHECK-NOT: @__race_read
// CHECK: ret
int call(base *b) { return b->value(); }
