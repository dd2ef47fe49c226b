// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What streams' functions read and write for their caller ends where it ends.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 -D_FORTIFY_SOURCE=2 %s -o %t && %expect_clean %t

#define BEYOND 1
#include "../../race/library/c_streams.c"
