// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is done behind the notification of a condition_variable_any, behind a request to
// stop, behind a relaxed store through an atomic_ref, behind the initialisation of a local
// static, beside a locale that both use, is ordered with nothing.
//
// RUN: %each_library 66 %s %t -std=c++20

#include <atomic>
#include <condition_variable>
#include <locale>
#include <mutex>
#include <version>
#if __cpp_lib_jthread
#include <stop_token>
#else // libc++ has it later
namespace std {
struct stop_source {
  atomic<bool> requested{false};
  void request_stop() { requested = true; }
  stop_source &get_token() { return *this; }
  bool stop_requested() { return requested; }
};
} // namespace std
#endif

#include "two.h"

static std::mutex lock;
static std::condition_variable_any changed;
static bool ready;
static std::stop_source source;
static int word;
static long a, b, c, d, e;

static void notifies() {
  {
    std::lock_guard<std::mutex> hold(lock);
    ready = true;
  }
  changed.notify_all();
  a++;
}

static void isNotified() {
  {
    std::unique_lock<std::mutex> hold(lock);
    changed.wait(hold, [] { return ready; });
  }
  a++;
}

static void requests() { source.request_stop(); b++; }
static void stops() { if (source.get_token().stop_requested()) b++; }

#if __cpp_lib_atomic_ref
static void stores() { c++; std::atomic_ref<int>(word).store(1, std::memory_order_relaxed); }
static void loads() { if (std::atomic_ref<int>(word).load(std::memory_order_acquire)) c++; }
#else
static void stores() { c++; __atomic_store_n(&word, 1, __ATOMIC_RELAXED); }
static void loads() { if (__atomic_load_n(&word, __ATOMIC_ACQUIRE)) c++; }
#endif

static std::locale &local() {
  static std::locale made;
  return made;
}
static void initialises() { local(); d++; }
static void finds() { local(); d++; }

static void uses() { std::locale own(local()); e++; }
static void usesToo() { std::locale own(local()); e++; }

int main() {
  run_two(notifies, isNotified);
  run_two(requests, stops);
  run_two(stores, loads);
  run_two(initialises, finds);
  run_two(uses, usesToo);
}

// CHECK: WARNING: DATA RACE
// CHECK: isNotified
// CHECK: notifies
// CHECK: WARNING: DATA RACE
// CHECK: stops
// CHECK: requests
// CHECK: WARNING: DATA RACE
// CHECK: loads
// CHECK: stores
// CHECK: WARNING: DATA RACE
// CHECK: finds
// CHECK: initialises
// CHECK: WARNING: DATA RACE
// CHECK: usesToo
// CHECK: uses
// CHECK: Found 5 data race(s)
