// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A read needs no check when the same bytes are written behind it on every way, before
// the thread acquires, releases or may leave.
// RUN: %clang %race_cflags -O1 -fno-inline -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O1 -fno-inline -fplugin-arg-race-covered=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=OFF
// RUN: %clang %race_cflags -O1 -fplugin-arg-race-stats=1 -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=STATS
// STATS: covered {{[1-9]}}
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

// CHECK-LABEL: @increment(
// CHECK-NOT: @__race_read
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: ret void
// OFF-LABEL: @increment(
// OFF: call preserve_allcc void @__race_read4(
// OFF: call preserve_allcc void @__race_write4(
void increment(int *p) { ++*p; }

// CHECK-LABEL: @both_ways(
// CHECK-NOT: @__race_read
// CHECK: ret void
void both_ways(double *p, int c) {
  double old = *p;
  if (c)
    *p = old + 1;
  else
    *p = sin(old);
}

// CHECK-LABEL: @one_way(
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: ret void
void one_way(int *p) {
  if (*p < 100)
    *p = 100;
}

// A part stands for no whole.
// CHECK-LABEL: @part(
// CHECK: call preserve_allcc void @__race_read8(
// CHECK: ret i64
union both {
  long whole;
  int part[2];
};
long part(union both *u) {
  long old = u->whole;
  u->part[0] = 1;
  return old;
}

// CHECK-LABEL: @other(
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: ret void
void other(int *p, int *q) { *q = *p; }

// CHECK-LABEL: @unlocks(
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: @__race_pthread_mutex_unlock
// CHECK: ret void
void unlocks(int *p, pthread_mutex_t *m) {
  int old = *p;
  pthread_mutex_unlock(m);
  *p = old + 1;
}

// CHECK-LABEL: @locks(
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: @__race_pthread_mutex_lock
// CHECK: ret void
void locks(int *p, pthread_mutex_t *m) {
  int old = *p;
  pthread_mutex_lock(m);
  *p = old + 1;
}

// CHECK-LABEL: @acquires(
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: @__race_atomic32_load
// CHECK: ret void
void acquires(int *p, atomic_int *a) {
  int old = *p;
  *p = old + atomic_load_explicit(a, memory_order_acquire);
}

// CHECK-LABEL: @leaves(
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: ret void
void leaves(int *p) {
  int old = *p;
  if (old > 100)
    exit(1);
  *p = old + 1;
}

// CHECK-LABEL: @calls(
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: ret void
void unknown(void);
void calls(int *p) {
  int old = *p;
  unknown();
  *p = old + 1;
}

// A loop may never end.
// CHECK-LABEL: @waits(
// CHECK: call preserve_allcc void @__race_read4({{.*}}@__race_sites
// CHECK: ret void
void waits(int *p, volatile int *q) {
  int old = *p;
  while (*q)
    ;
  *p = old + 1;
}

// The next turn is about the next element.
// CHECK-LABEL: @next(
// CHECK: call preserve_allcc void @__race_read4({{.*}}@__race_sites
// CHECK: ret i32
struct node {
  struct node *next;
  int n;
};
int next(struct node *l, int c) {
  int last = 0;
  for (; l; l = l->next) {
    if (last & c)
      l->n = 1;
    last = l->n;
  }
  return last;
}
