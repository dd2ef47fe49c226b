// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the program prefetches memory, the two lines of its shadow come along, for the
// same use.
// RUN: %clang %race_cflags -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O1 -fplugin-arg-race-prefetch=0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=OFF
// RUN: %clang %race_cflags -fPIE -O2 -S %s -o - | FileCheck %s --check-prefix=ASM

// CHECK-LABEL: @soon(
// CHECK-COUNT-3: call void @llvm.prefetch{{.*}}, i32 1, i32 2, i32 1)
// CHECK-NOT: @llvm.prefetch
// CHECK: ret void
// OFF-LABEL: @soon(
// OFF: call void @llvm.prefetch
// OFF-NOT: @llvm.prefetch
// OFF: ret void
// ASM-LABEL: soon:
// ASM: prefetch{{.*}} (%rdi)
// ASM-DAG: prefetch{{.*}} 2147418112(%{{.*}})
// ASM-DAG: xorq $64, %
// ASM: retq
void soon(const int *p) { __builtin_prefetch(p, 1, 2); }

// CHECK-LABEL: @unchecked(
// CHECK: call void @llvm.prefetch
// CHECK-NOT: @llvm.prefetch
// CHECK: ret void
__attribute__((no_sanitize("thread"))) void unchecked(const int *p) { __builtin_prefetch(p); }
