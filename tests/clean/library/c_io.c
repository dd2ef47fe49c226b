// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What goes out of a descriptor and comes into another touches no more than what went and
// came.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 -D_FORTIFY_SOURCE=2 %s -o %t && %expect_clean %t

#define BEYOND 1
#include "../../race/library/c_io.c"
