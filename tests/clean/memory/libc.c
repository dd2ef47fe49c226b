// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What libc reads and writes for its caller ends where it ends: another thread writes the
// byte behind.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_clean %t > %t.out
// RUN: %race_cc -O2 -fno-builtin %s -o %t && %expect_clean %t > %t.out
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t > %t.out

#define BEYOND
#include "../../race/memory/libc.c"
