// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// std::lock_guard on two mutexes: a lock each, not a lock shared.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <mutex>

#include "two.h"

static std::mutex mine, yours;
long total;

static void first() {
  std::lock_guard<std::mutex> guard(mine);
  total = 1;
}

static void second() {
  std::lock_guard<std::mutex> guard(yours);
  total = 2;
}

int main() { run_two(first, second); }

// CHECK: WARNING: DATA RACE
// CHECK: second()
// CHECK: Previous write
// CHECK: first()
// CHECK: Found 1 data race(s)
