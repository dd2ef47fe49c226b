// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A reader walks a std::vector that another thread makes longer.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <vector>

#include "two.h"

std::vector<int> numbers;
long sum;

static void grower() { numbers.push_back(4); }

static void walker() {
  for (int n : numbers)
    sum += n;
}

int main() {
  numbers = {1, 2, 3};
  run_two(grower, walker);
}

// CHECK: WARNING: DATA RACE
// CHECK: Read {{.*}}by thread T2
// CHECK: walker()
// CHECK: Previous write {{.*}}by thread T1
// CHECK: grower()
// CHECK: Found {{[0-9]+}} data race(s)
