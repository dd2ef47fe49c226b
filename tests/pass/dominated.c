// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A check that an earlier one stands for is left out, unless something on the way
// may release: then the same bytes have to be marked anew.
// RUN: %clang %race_cflags -O1 -fno-inline -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O1 -fno-inline -fplugin-arg-race-dominated=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=OFF
// RUN: %clang %race_cflags -O1 -fno-inline -fplugin-arg-race-libc=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=NOLIBC
// RUN: %clang %race_cflags -O1 -fno-inline -fplugin-arg-race-calls=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=NOCALLS
// RUN: %clang %race_cflags -O1 -fno-inline -fPIC -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SHARED
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// CHECK-LABEL: @again(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret i32
// OFF-LABEL: @again(
// OFF: call preserve_allcc void @__race_write4(
// OFF: call preserve_allcc void @__race_read4(
int again(volatile int *p) {
  *p = 1;
  return *p;
}

// A read does not stand for a write.
// CHECK-LABEL: @stronger(
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: call preserve_allcc void @__race_write4(
void stronger(volatile int *p) { ++*p; }

// The whole stands for its parts, not a part for the whole.
// CHECK-LABEL: @parts(
// CHECK: call preserve_allcc void @__race_write8(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret void
union both {
  volatile long whole;
  volatile int part[2];
};
void parts(union both *u) {
  u->whole = 1;
  u->part[1] = 1;
}
// CHECK-LABEL: @whole(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: call preserve_allcc void @__race_write8(
void whole(union both *u) {
  u->part[1] = 1;
  u->whole = 1;
}

// It must be made on every path.
// CHECK-LABEL: @one_path(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: call preserve_allcc void @__race_write4(
void one_path(volatile int *p, int c, volatile int *q) {
  if (c)
    *p = 1;
  *p = 2;
}

// CHECK-LABEL: @both_paths(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK-NOT: @__race_read
// CHECK: ret i32
int both_paths(volatile int *p, volatile int *q, int c) {
  if (c) {
    *p = 1;
    *q = 1;
  } else {
    *p = 2;
  }
  return *p;
}

// CHECK-LABEL: @unlocks(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: @__race_pthread_mutex_unlock
// CHECK: call preserve_allcc void @__race_write4(
void unlocks(int *p, pthread_mutex_t *m) {
  *p = 1;
  pthread_mutex_unlock(m);
  *p = 2;
}

// CHECK-LABEL: @releases(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: @__race_atomic32_store
// CHECK: call preserve_allcc void @__race_write4(
void releases(int *p, atomic_int *a) {
  *p = 1;
  atomic_store_explicit(a, 1, memory_order_release);
  *p = 2;
}

// An acquire leaves our epoch as it is.
// CHECK-LABEL: @acquires(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: @__race_atomic32_load
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret void
void acquires(int *p, atomic_int *a) {
  *p = 1;
  atomic_load_explicit(a, memory_order_acquire);
  *p = 2;
}

// After the second return something may have been released.
// CHECK-LABEL: @twice(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: call i32 @_setjmp(
// CHECK: call preserve_allcc void @__race_write4(
jmp_buf place;
void twice(int *p) {
  *p = 1;
  if (setjmp(place))
    *p = 2;
}

// CHECK-LABEL: @frees(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: call void @{{(__race_)?}}free(
// CHECK: call preserve_allcc void @__race_write4(
void frees(int *p, void *q) {
  *p = 1;
  free(q);
  *p = 2;
}

// What a known callee does is known ...
// CHECK-LABEL: @calls_quiet(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret i32
// NOCALLS-LABEL: @calls_quiet(
// NOCALLS: call preserve_allcc void @__race_write4(
// NOCALLS: call preserve_allcc void @__race_read4(
static int global;
static void quiet(int n) {
  global = n;
  if (n)
    quiet(n - 1);
}
int calls_quiet(volatile int *p) {
  *p = 1;
  quiet(3);
  return *p;
}

// ... and so is what its callees do.
// CHECK-LABEL: @calls_loud(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: call {{.*}} @middle(
// CHECK: call preserve_allcc void @__race_read4(
static void loud(pthread_mutex_t *m) { pthread_mutex_unlock(m); }
static void middle(pthread_mutex_t *m) {
  loud(m);
  global = 1;
}
int calls_loud(volatile int *p, pthread_mutex_t *m) {
  *p = 1;
  middle(m);
  return *p;
}

// Of libc, what works on memory alone is known; what has a file's lock is not.
// CHECK-LABEL: @calls_libc(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: @__race_strcspn(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret void
// NOLIBC-LABEL: @calls_libc(
// NOLIBC: @__race_strcspn(
// NOLIBC: call preserve_allcc void @__race_write4(
void calls_libc(volatile int *p, const char *s) {
  *p = 1;
  *p = strcspn(s, "x");
}
// CHECK-LABEL: @prints(
// CHECK: @{{(__race_)?}}puts(
// CHECK: call preserve_allcc void @__race_write4(
void prints(volatile int *p) {
  *p = 1;
  puts("x");
  *p = 2;
}

// Who is left by a call for ever meets nothing behind it.
// CHECK-LABEL: @calls_checked(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret i32
static void checked(int n) {
  if (n > 100)
    abort();
}
int calls_checked(volatile int *p, int n) {
  *p = 1;
  checked(n);
  return *p;
}

// A function that may be another one when the program runs, or that nobody knows.
// CHECK-LABEL: @calls_weak(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: ret void
__attribute__((weak)) void weak(void) {}
void calls_weak(volatile int *p) {
  *p = 1;
  weak();
  *p = 2;
}
// CHECK-LABEL: @calls_pointer(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: ret void
void calls_pointer(volatile int *p, void (*f)(void)) {
  *p = 1;
  f();
  *p = 2;
}
// CHECK-LABEL: @calls_exported(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret void
// SHARED-LABEL: @calls_exported(
// SHARED: call preserve_allcc void @__race_write4(
// SHARED: call preserve_allcc void @__race_write4(
// SHARED: ret void
void exported(void) { global = 7; }
void calls_exported(volatile int *p) {
  *p = 1;
  exported();
  *p = 2;
}

// The next turn of a loop is about the next element.
// CHECK-LABEL: @list(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: call preserve_allcc void @__race_read8(
// CHECK: ret void
struct node {
  int n;
  struct node *next;
};
void list(struct node *l) {
  for (; l; l = l->next)
    l->n = 1;
}
