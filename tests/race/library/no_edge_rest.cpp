// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the rest of the library does not order is reported: what is done behind the unlock of
// a recursive timed mutex, behind a notification, behind the setting of a shared result,
// beside a task or a jthread, behind the registration of what is called at a stop, behind a
// look through a weak_ptr, behind the release of one of several, before a relaxed clear.
//
// RUN: %each_library 66 %s %t -std=c++20

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <semaphore>
#include <thread>
#include <version>
#if __cpp_lib_jthread
#include <stop_token>
#else // libc++ has it later
namespace std {
struct jthread : thread {
  using thread::thread;
  ~jthread() { join(); }
};
struct stop_source {
  mutex lock;
  function<void()> called;
  stop_source &get_token() { return *this; }
  void request_stop() {
    lock_guard<mutex> hold(lock);
    called();
  }
};
struct at_stop {
  at_stop(stop_source &source, void (*body)()) {
    lock_guard<mutex> hold(source.lock);
    source.called = body;
  }
};
} // namespace std
#endif

#include "two.h"

static long a, b, c, d, e, f, g, h, i;

static std::recursive_timed_mutex recursive;
static void unlocks() {
  recursive.lock();
  recursive.lock();
  recursive.unlock();
  recursive.unlock();
  a++;
}
static void locks() {
  if (recursive.try_lock_for(std::chrono::seconds(1000))) {
    a++;
    recursive.unlock();
  }
}

static std::mutex mutex;
static std::condition_variable changed;
static bool ready;
static void notifies() {
  {
    std::lock_guard<std::mutex> hold(mutex);
    ready = true;
  }
  changed.notify_one();
  b++;
}
static void waits() {
  {
    std::unique_lock<std::mutex> hold(mutex);
    changed.wait(hold, [] { return ready; });
  }
  b++;
}

static std::promise<int> promise;
static std::shared_future<int> future = promise.get_future().share();
static void sets() { promise.set_value(1); c++; }
static void gets() { std::shared_future<int> mine(future); c += mine.get(); }

static void task() { d++; }
static void runsTask() { std::async(std::launch::async, task).get(); }
static void besideTask() { d++; }

static void thread() { e++; }
static void runsThread() { std::jthread joined(thread); }
static void besideThread() { e++; }

static std::stop_source source;
static void called() { f++; }
#if __cpp_lib_jthread
using AtStop = std::stop_callback<void (*)()>;
#else
using AtStop = std::at_stop;
#endif
static void registers() { new AtStop(source.get_token(), called); f++; }
static void stops() { source.request_stop(); }

static std::shared_ptr<int> owner = std::make_shared<int>(1);
static std::weak_ptr<int> weak = owner;
static void looks() { g += *weak.lock(); g++; }
static void looksToo() { if (!weak.expired()) g++; }

static std::counting_semaphore<3> several(0);
static void releases() { several.release(2); h++; }
static void acquires() { several.acquire(); h++; }

static std::atomic_flag flag = ATOMIC_FLAG_INIT;
static void clears() { flag.test_and_set(); i++; flag.clear(std::memory_order_relaxed); }
static void enters() { if (!flag.test_and_set(std::memory_order_acquire)) i++; }

int main() {
  run_two(unlocks, locks);
  run_two(notifies, waits);
  run_two(sets, gets);
  run_two(runsTask, besideTask);
  run_two(runsThread, besideThread);
  run_two(registers, stops);
  run_two(looks, looksToo);
  run_two(releases, acquires);
  run_two(clears, enters);
}

// CHECK: WARNING: DATA RACE
// CHECK: locks()
// CHECK: unlocks()
// CHECK: WARNING: DATA RACE
// CHECK: waits()
// CHECK: notifies()
// CHECK: WARNING: DATA RACE
// CHECK: gets()
// CHECK: sets()
// CHECK: WARNING: DATA RACE
// CHECK: besideTask()
// CHECK: task()
// CHECK: WARNING: DATA RACE
// CHECK: besideThread()
// CHECK: thread()
// CHECK: WARNING: DATA RACE
// CHECK: called()
// CHECK: registers()
// CHECK: WARNING: DATA RACE
// CHECK: looksToo()
// CHECK: looks()
// CHECK: WARNING: DATA RACE
// CHECK: acquires()
// CHECK: releases()
// CHECK: WARNING: DATA RACE
// CHECK: enters()
// CHECK: clears()
// CHECK: Found {{[0-9]+}} data race(s)
