// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A plugin that was built for LLVM 19 says so in clang 14, whichever way it is loaded.
// REQUIRES: llvm-14
// RUN: test ! -e %build/librace-19.so || not %clang -fplugin=%build/librace-19.so -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: test ! -e %build/librace-19.so || not %clang -fpass-plugin=%build/librace-19.so -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: race: {{.*}}librace-19.so is built for clang 19, but this is clang 14: use clang-19, or build librace with
// CHECK-NOT: Stack dump
