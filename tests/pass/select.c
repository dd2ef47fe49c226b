// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What needs no check, reason by reason, each of which can be switched off.
// RUN: %clang %race_cflags -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O1 -fplugin-arg-race-local=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=LOCAL
// RUN: %clang %race_cflags -O1 -fplugin-arg-race-heap=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=HEAP
// RUN: %clang %race_cflags -O1 -fplugin-arg-race-thread=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=THREAD
// RUN: %clang %race_cflags -O1 -fplugin-arg-race-constant=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=CONSTANT
// RUN: %clang %race_cflags -O1 -fplugin-arg-race-stats=1 -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=STATS
// STATS: race: {{.*}}select.c: {{[0-9]+}} accesses, {{[0-9]+}} checked, local {{[1-9][0-9]*}}, heap {{[1-9][0-9]*}}, thread 2, constant 1, covered 1, dominated {{[0-9]+}}
#include <stdlib.h>

// CHECK-LABEL: @local(
// CHECK-NOT: @__race_write
// CHECK-NOT: @__race_read
// CHECK: ret i32
// LOCAL-LABEL: @local(
// LOCAL: call preserve_allcc void @__race_write
int local(int i, int x) {
  int a[4] = {x, 2 * x, x + 5, x - 3};
  return a[i];
}

// CHECK-LABEL: @escapes(
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: ret i32
void keep(int *);
int escapes(void) {
  int a = 1;
  keep(&a);
  return a;
}

// Another thread may be handed the address of a thread-local variable.
// CHECK-LABEL: @thread_local(
// CHECK: call preserve_allcc void @__race_write4(
_Thread_local int mine;
void thread_local(void) { mine = 1; }

// Nobody else knows this one's name, and its address goes nowhere ...
// CHECK-LABEL: @seeded(
// CHECK-NOT: @__race_{{read|write}}
// CHECK: ret i32
// THREAD-LABEL: @seeded(
// THREAD: call preserve_allcc void @__race_write4(
static _Thread_local unsigned seed;
unsigned seeded(void) { return seed = seed * 5 + 1; }

// ... unlike this one's.
// CHECK-LABEL: @given(
// CHECK: call preserve_allcc void @__race_{{read|write}}4(
// CHECK: ret i32
static _Thread_local unsigned lent;
unsigned given(void) {
  keep((int *)&lent);
  return lent = lent * 5 + 1;
}

// A block that is freed where it is allocated ...
// CHECK-LABEL: @copied(
// CHECK-NOT: @__race_{{read|write}}{{[0-9]}}
// CHECK: ret i32
// HEAP-LABEL: @copied(
// HEAP: call preserve_allcc void @__race_{{read|write}}4(
int copied(int n, int m) {
  int *block = calloc(100, 4);
  if (!block)
    return 0;
  block[n] = 1;
  int found = block[m];
  free(block);
  return found;
}

// ... and others that may be reached from elsewhere.
// CHECK-LABEL: @returned(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: ret {{ptr|i32\*}}
int *returned(void) {
  int *block = malloc(40);
  if (block)
    block[3] = 1;
  return block;
}
// CHECK-LABEL: @stored(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: ret void
int *kept;
void stored(void) {
  int *block = malloc(40);
  kept = block;
  if (block)
    block[3] = 1;
}
// CHECK-LABEL: @pooled(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: ret void
__attribute__((malloc)) int *from_pool(void);
void pooled(void) {
  volatile int *block = from_pool();
  block[3] = 1;
}

// CHECK-LABEL: @constant(
// CHECK-NOT: @__race_read
// CHECK: ret i32
// CONSTANT-LABEL: @constant(
// CONSTANT: call preserve_allcc void @__race_read4(
static const int table[] = {3, 1, 4, 1, 5, 9};
int constant(int i) { return table[i]; }
