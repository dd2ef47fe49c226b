// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// std::thread with lambdas; the names in the stacks are C++.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <thread>

#include "barrier.h"

namespace shop {
struct Stock {
  int apples = 0;
  void set(int n) { apples = n; }
};
}

int main() {
  shop::Stock stock;
  barrier turn;
  barrier_init(&turn, 2);
  std::thread one([&] {
    stock.set(1);
    barrier_wait(&turn);
  });
  std::thread two([&] {
    barrier_wait(&turn);
    stock.set(2);
  });
  one.join();
  two.join();
}

// CHECK: WARNING: DATA RACE
// CHECK: Write {{.*}}by thread T2
// CHECK: shop::Stock::set(int)
// CHECK-NEXT: lambda.cpp:[[#@LINE-23]]
// CHECK: Previous write {{.*}}by thread T1
// CHECK: shop::Stock::set(int)
// CHECK: Thread T2 {{.*}}created at
// CHECK: main()
// CHECK-NEXT: lambda.cpp:[[#@LINE-16]]
// CHECK: Found 1 data race(s)
