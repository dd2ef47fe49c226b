// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bits of a granule that an access of a few bytes cares for are a constant when an
// aligned access to the same struct comes first, and looked up otherwise.
// RUN: %clang %race_cflags -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O1 -fplugin-arg-race-offsets=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=OFF

struct node {
  struct node *left, *right;
  int key;
  short priority;
  char colour, flags;
  long sum;
};

// Bits 63 to 32, and of both masks the last byte's: 0xffffffff80800000.
// CHECK-LABEL: @told(
// CHECK: @__race_write8(
// CHECK-NOT: @__race_bits
// CHECK: and i64 %{{.*}}, -2139095040
// CHECK: call preserve_allcc void @__race_write1(
// CHECK: ret void
// OFF-LABEL: @told(
// OFF: @__race_bits
// OFF: ret void
void told(struct node *p) {
  p->sum = 1;
  p->flags = 1;
}

// CHECK-LABEL: @told_too_late(
// CHECK: @__race_bits
// CHECK: ret void
void told_too_late(struct node *p) {
  p->flags = 1;
  p->sum = 1;
}

// CHECK-LABEL: @told_of_another(
// CHECK: @__race_bits
// CHECK: ret void
void told_of_another(struct node *p, struct node *q) {
  q->sum = 1;
  p->flags = 1;
}
