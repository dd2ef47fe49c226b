// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A result promised for the end of the thread is no edge before that end: who does not
// wait for it races with the thread.
//
// RUN: %each_library 66 %s %t

#include <chrono>
#include <future>
#include <thread>

#include "barrier.h"

static std::promise<int> promise;
static std::future<int> future = promise.get_future();
static std::packaged_task<int()> task([] { return 1; });
static std::future<int> result = task.get_future();
static struct barrier turn;
long a, b;

static void promises() { promise.set_value_at_thread_exit(1); a = 1; }
static void looks() { future.wait_for(std::chrono::seconds(0)); a = 2; }

static void runs() { task.make_ready_at_thread_exit(); b = 1; }
static void looksToo() { result.wait_for(std::chrono::seconds(0)); b = 2; }

// The first one stays until the other has looked.
static void run(void (*first)(), void (*second)()) {
  std::thread one([first] {
    first();
    barrier_wait(&turn);
    barrier_wait(&turn);
  });
  std::thread two([second] {
    barrier_wait(&turn);
    second();
    barrier_wait(&turn);
  });
  one.join();
  two.join();
}

int main() {
  barrier_init(&turn, 2);
  run(promises, looks);
  run(runs, looksToo);
}

// CHECK: WARNING: DATA RACE
// CHECK-NEXT: Write of size 8
// CHECK-NEXT: looks()
// CHECK: Previous write of size 8
// CHECK-NEXT: promises()
// CHECK: WARNING: DATA RACE
// CHECK-NEXT: Write of size 8
// CHECK-NEXT: looksToo()
// CHECK: Previous write of size 8
// CHECK-NEXT: runs()
// CHECK: Found 2 data race(s)
