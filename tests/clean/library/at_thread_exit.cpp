// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Results promised for the end of the thread: set_value_at_thread_exit and
// make_ready_at_thread_exit. The library makes them ready where nobody sees it; all that
// the thread did comes before whoever gets them. If the future is gone by then, the state
// goes with the thread.
//
// RUN: %each_library 0 %s %t

#include <chrono>
#include <cstdio>
#include <future>
#include <string>
#include <thread>

#include "barrier.h"

static int plain;

static long gets() {
  long sum = 0;
  for (int i = 0; i < 20; i++) {
    std::promise<std::string> promise;
    std::future<std::string> future = promise.get_future();
    std::thread thread([i](std::promise<std::string> p) {
      plain = i;
      p.set_value_at_thread_exit(std::string(30, 'a'));
      plain++;
    }, std::move(promise));
    sum += long(future.get().size()) + plain;
    thread.join();
  }
  return sum;
}

static long tasks() {
  long sum = 0;
  for (int i = 0; i < 20; i++) {
    std::packaged_task<std::string(int)> task([](int x) { return std::string(x + 20, 'b'); });
    auto future = task.get_future();
    std::thread thread([](std::packaged_task<std::string(int)> t, int x) {
      t.make_ready_at_thread_exit(x);
      plain = x;
    }, std::move(task), i);
    sum += long(future.get().size()) + plain;
    thread.join();
  }
  return sum;
}

/// The future goes first, the state with the thread.
static void dropped() {
  for (int i = 0; i < 20; i++) {
    struct barrier turn;
    barrier_init(&turn, 2);
    std::promise<std::string> promise;
    std::shared_future<std::string> future = promise.get_future().share();
    std::thread thread([&turn](std::promise<std::string> p) {
      p.set_value_at_thread_exit(std::string(30, 'a'));
      { std::promise<std::string> gone(std::move(p)); }
      barrier_wait(&turn);
    }, std::move(promise));
    if (future.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
      std::puts("early");
    future = std::shared_future<std::string>();
    barrier_wait(&turn);
    thread.join();
  }
}
static long empty() {
  for (int i = 0; i < 20; i++) {
    std::promise<void> promise, failed;
    auto future = promise.get_future(), failure = failed.get_future();
    std::thread thread([](std::promise<void> p, std::promise<void> f) {
      p.set_value_at_thread_exit();
      f.set_exception_at_thread_exit(std::make_exception_ptr(7));
      plain = 8;
    }, std::move(promise), std::move(failed));
    future.get();
    try {
      failure.get();
    } catch (int number) {
      plain += number;
    }
    thread.join();
  }
  return plain;
}

int main() {
  std::printf("gets %ld\n", gets());
  std::printf("tasks %ld\n", tasks());
  dropped();
  std::printf("empty %ld\n", empty());
}

// CHECK: gets 810
// CHECK-NEXT: tasks 780
// CHECK-NEXT: empty 15
