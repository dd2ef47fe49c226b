// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A routine of pthread_once that throws: the exception goes to the caller, and the next
// attempt, in another thread, sees what was done.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <atomic>
#include <cstdio>
#include <stdexcept>

#include "two.h"

static pthread_once_t once = PTHREAD_ONCE_INIT, outer = PTHREAD_ONCE_INIT;
static int attempts;
static std::atomic<int> caught; // orders nothing

static void routine() {
  if (++attempts < 3)
    throw std::runtime_error("not yet");
}

static void outer_routine() {
  pthread_once(&once, routine); // the exception goes through both
}

static void attempt() {
  try {
    pthread_once(&outer, outer_routine);
    pthread_once(&once, routine);
  } catch (const std::runtime_error &) {
    caught.fetch_add(1, std::memory_order_relaxed);
  }
}

int main() {
  run_two(attempt, attempt);
  run_two(attempt, attempt);
  std::printf("%d %d\n", attempts, caught.load());
}

// CHECK: 3 2
