// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What needs no check, reason by reason, each of which can be switched off.
// RUN: %clang %race_cflags -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O1 -fplugin-arg-race-local=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=LOCAL
// RUN: %clang %race_cflags -O1 -fplugin-arg-race-constant=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=CONSTANT
// RUN: %clang %race_cflags -O1 -fplugin-arg-race-stats=1 -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=STATS
// STATS: race: {{.*}}select.c: {{[0-9]+}} accesses, {{[0-9]+}} checked, local {{[1-9][0-9]*}}, constant 1, covered 0, dominated {{[0-9]+}}

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

// CHECK-LABEL: @constant(
// CHECK-NOT: @__race_read
// CHECK: ret i32
// CONSTANT-LABEL: @constant(
// CONSTANT: call preserve_allcc void @__race_read4(
static const int table[] = {3, 1, 4, 1, 5, 9};
int constant(int i) { return table[i]; }
