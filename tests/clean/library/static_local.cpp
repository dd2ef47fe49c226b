// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A local static is initialised once; all others wait for it and see it whole.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

static const std::vector<std::string> &names() {
  static const std::vector<std::string> list = {"north", "east", "south", "west"};
  return list;
}

int main() {
  std::vector<std::thread> threads;
  size_t lengths[6] = {};
  for (size_t &length : lengths)
    threads.emplace_back([&length] {
      for (const std::string &name : names())
        length += name.size();
    });
  for (std::thread &thread : threads)
    thread.join();
  std::printf("%zu %zu\n", lengths[0], lengths[5]);
}

// CHECK: 18 18
