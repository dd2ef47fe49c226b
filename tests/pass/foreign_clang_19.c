// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A plugin that was built for LLVM 14 says so in clang 19, whichever way it is loaded.
// REQUIRES: llvm-19
// RUN: test ! -e %build/librace-14.so || not %clang -fplugin=%build/librace-14.so -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: test ! -e %build/librace-14.so || not %clang -fpass-plugin=%build/librace-14.so -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: race: {{.*}}librace-14.so is built for clang 14, but this is clang 19: use clang-14, or build librace with
// CHECK-NOT: Stack dump
