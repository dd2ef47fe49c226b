// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// no_sanitize("thread") leaves out the checks of plain accesses; what orders threads
// and the call stack stay. disable_sanitizer_instrumentation leaves out everything.
// RUN: %clang %race_cflags -O1 -S -emit-llvm %s -o - | FileCheck %s
#include <stdatomic.h>

// CHECK-LABEL: @unchecked(
// CHECK: @llvm.returnaddress
// CHECK-NOT: @__race_write
// CHECK: call void @__race_atomic32_store(
__attribute__((no_sanitize("thread"))) void unchecked(int *p, atomic_int *a) {
  *p = 1;
  *a = 1;
}

// CHECK-LABEL: @untouched(
// CHECK-NOT: @__race_
// CHECK: ret void
__attribute__((disable_sanitizer_instrumentation)) void
untouched(int *p, atomic_int *a) {
  *p = 1;
  *a = 1;
}

// CHECK-LABEL: @naked(
// CHECK-NOT: @__race_
// CHECK: unreachable
__attribute__((naked)) void naked(void) { __asm__("ret"); }

// Runs before there is thread-local storage.
// CHECK-LABEL: @resolver(
// CHECK-NOT: @__race_
// CHECK: ret
int answer;
static void implementation(void) {}
void *resolver(void) {
  answer = 42;
  return (void *)implementation;
}
void chosen(void) __attribute__((ifunc("resolver")));
