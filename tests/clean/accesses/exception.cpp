// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exceptions through many frames, with locks and allocations on the way, in several
// threads.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

static std::mutex lock;
static int caught;

static void dive(int depth) {
  std::string luggage(100, 'x');
  if (!depth)
    throw std::runtime_error(luggage);
  dive(depth - 1);
}

static void work() {
  for (int i = 0; i < 300; i++)
    try {
      dive(15);
    } catch (const std::runtime_error &error) {
      std::lock_guard<std::mutex> hold(lock);
      caught += std::string(error.what()).size() == 100;
    }
}

int main() {
  std::thread one(work), two(work);
  work();
  one.join();
  two.join();
  std::printf("%d\n", caught);
}

// CHECK: 900
