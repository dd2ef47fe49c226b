// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Messages that end the program read no further than they print.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t err | FileCheck %s && %expect_clean %t errx | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t verr | FileCheck %s && %expect_clean %t verrx | FileCheck %s
// CHECK: {{[a-z]}}: 1.500000 ab

#define BEYOND 1
#include "../../race/library/c_err.c"
