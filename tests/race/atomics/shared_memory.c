// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomics in memory that is mapped twice order no more than their orders say: relaxed ones
// nothing, either way.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define RELEASE memory_order_relaxed
#include "../../clean/atomics/shared_memory.c"

// CHECK: Read {{.*}} by thread T2
// CHECK-NEXT: receives()
// CHECK: Previous write {{.*}} by thread T1
// CHECK-NEXT: sends()
// CHECK: Location: message
// CHECK: by thread T1
// CHECK-NEXT: sends()
// CHECK: Previous write {{.*}} by thread T2
// CHECK-NEXT: receives()
// CHECK: Location: reply
