// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two threads close a library at once: what the one that is not the last did behind its
// dlclose is not ordered before the destructor, which the other one runs.
//
// RUN: %race_cc -O0 -DLIBRARY -shared -fPIC %s -o %t.so && %race_cc -O0 -DHOLDS -shared -fPIC %s -o %t.holds.so
// RUN: %race_cc -rdynamic -O0 %s -o %t && %expect_race %t %t.so %t.holds.so | FileCheck %s
// RUN: %race_cc -O2 -DLIBRARY -shared -fPIC %s -o %t.so && %race_cc -O2 -DHOLDS -shared -fPIC %s -o %t.holds.so
// RUN: %race_cc -rdynamic -O2 %s -o %t && %expect_race %t %t.so %t.holds.so | FileCheck %s

#define LOOKS_AT after
#include "../../clean/edges/close_at_once.c"

// CHECK: WARNING: DATA RACE
// CHECK-DAG: closes()
// CHECK-DAG: unmake()
// CHECK: Found {{[12]}} data race(s)
