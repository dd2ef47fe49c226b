// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The last owner of a std::shared_ptr destroys what all owners used.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <atomic>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

struct Node {
  int value = 0;
  std::atomic<int> *deaths;
  explicit Node(std::atomic<int> *d) : deaths(d) {}
  ~Node() {
    value = -1;
    ++*deaths;
  }
};

int main() {
  std::atomic<int> deaths{0};
  std::atomic<long> sum{0};
  for (int i = 0; i < 100; i++) {
    auto node = std::make_shared<Node>(&deaths);
    node->value = i;
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; t++)
      threads.emplace_back([node, &sum] { sum += node->value; });
    node.reset();
    for (std::thread &thread : threads)
      thread.join();
  }
  std::printf("%d %ld\n", deaths.load(), sum.load());
}

// CHECK: 100 14850
