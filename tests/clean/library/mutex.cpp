// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// std::mutex, lock_guard, unique_lock, recursive_mutex, timed_mutex.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <thread>

static std::mutex plain;
static std::recursive_mutex recursive;
static std::timed_mutex timed;
static std::map<int, int> counts;
static int a, b;

static void work() {
  for (int i = 0; i < 2000; i++) {
    {
      std::lock_guard<std::mutex> guard(plain);
      counts[i % 50]++;
    }
    {
      std::lock_guard<std::recursive_mutex> outer(recursive);
      std::lock_guard<std::recursive_mutex> inner(recursive);
      a++;
    }
    std::unique_lock<std::timed_mutex> lock(timed, std::chrono::seconds(10));
    if (lock.owns_lock())
      b++;
  }
}

int main() {
  std::thread one(work), two(work);
  one.join();
  two.join();
  std::printf("%d %d %d\n", counts[7], a, b);
}

// CHECK: 80 4000 4000
