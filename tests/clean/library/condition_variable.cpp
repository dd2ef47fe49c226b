// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A queue with std::condition_variable.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <condition_variable>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

static std::mutex lock;
static std::condition_variable changed;
static std::deque<std::unique_ptr<int>> queue;
static bool done;

int main() {
  long sum = 0;
  std::thread consumer([&] {
    for (;;) {
      std::unique_lock<std::mutex> hold(lock);
      changed.wait(hold, [] { return done || !queue.empty(); });
      if (queue.empty())
        return;
      std::unique_ptr<int> item = std::move(queue.front());
      queue.pop_front();
      hold.unlock();
      sum += *item;
    }
  });
  for (int i = 1; i <= 2000; i++) {
    std::unique_ptr<int> item(new int(i));
    std::lock_guard<std::mutex> hold(lock);
    queue.push_back(std::move(item));
    changed.notify_one();
  }
  {
    std::lock_guard<std::mutex> hold(lock);
    done = true;
  }
  changed.notify_all();
  consumer.join();
  std::printf("%ld\n", sum);
}

// CHECK: 2001000
