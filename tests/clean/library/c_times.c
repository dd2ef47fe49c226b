// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What signals, timers and waits are asked by ends where it ends.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 -fno-builtin %s -o %t && %expect_clean %t

#define BEYOND 1
#include "../../race/library/c_times.c"
