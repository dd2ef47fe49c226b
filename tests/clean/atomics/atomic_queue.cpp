// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A single-producer single-consumer ring of std::atomic indices.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>

static std::string slots[16];
static std::atomic<unsigned> head{0}, tail{0};

int main() {
  const unsigned count = 5000;
  size_t length = 0;
  std::thread consumer([&] {
    for (unsigned i = 0; i < count; i++) {
      while (head.load(std::memory_order_acquire) == i)
        std::this_thread::yield();
      length += slots[i % 16].size();
      tail.store(i + 1, std::memory_order_release);
    }
  });
  for (unsigned i = 0; i < count; i++) {
    while (i - tail.load(std::memory_order_acquire) == 16)
      std::this_thread::yield();
    slots[i % 16] = std::string(i % 40, 'z');
    head.store(i + 1, std::memory_order_release);
  }
  consumer.join();
  std::printf("%zu\n", length);
}

// CHECK: 97500
