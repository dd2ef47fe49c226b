// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stack is right after exceptions have been thrown through several frames.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdexcept>

#include "two.h"

int shared;

__attribute__((noinline)) static void thrower(int depth) {
  if (depth)
    thrower(depth - 1);
  else
    throw std::runtime_error("out");
}

__attribute__((noinline)) static void store(int value) { shared = value; }

static void body(int value) {
  for (int i = 0; i < 10; i++)
    try {
      thrower(5);
    } catch (const std::exception &) {
    }
  store(value);
}

static void first() { body(1); }
static void second() { body(2); }

int main() { run_two(first, second); }

// CHECK: WARNING: DATA RACE
// CHECK: store(int)
// CHECK-NOT: thrower
// CHECK: body(int)
// CHECK-NOT: thrower
// CHECK: Previous write
// CHECK: store(int)
// CHECK-NOT: thrower
// CHECK: body(int)
// CHECK-NOT: thrower
// CHECK: Found 1 data race(s)
