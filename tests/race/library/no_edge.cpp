// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the standard primitives do not order is reported: two readers of a shared_mutex, or
// of a shared_timed_mutex in each way of being one, a writer who gave up, two flags of call_once, what is done after a result was set, after a share in an object
// or an exception was given up.
//
// RUN: %each_library 66 %s %t

#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "two.h"

static std::shared_mutex shared;
static std::shared_timed_mutex timed;
static std::timed_mutex one_mutex, other_mutex;
static std::once_flag one_flag, other_flag;
static long a, b, c, d, e, f, g, h, i, j;
static std::promise<int> promise;
static std::future<int> future = promise.get_future();
static std::shared_ptr<int> mine = std::make_shared<int>(1), yours = mine;
static std::exception_ptr my_error = std::make_exception_ptr(1), your_error = my_error;

static void readerOne() { std::shared_lock<std::shared_mutex> lock(shared); a++; }
static void readerTwo() { std::shared_lock<std::shared_mutex> lock(shared); a++; }

// With a limit on the one side, on the other, on both.
using Shared = std::shared_lock<std::shared_timed_mutex>;
static constexpr std::chrono::seconds patience(1000);
static void untimedOne() { Shared lock(timed); g++; }
static void timedTwo() { Shared lock(timed, patience); g++; }
static void timedOne() { Shared lock(timed, patience); h++; }
static void untimedTwo() { Shared lock(timed); h++; }
static void timedFirst() { i++; Shared(timed, std::chrono::system_clock::now() + patience); }
static void timedSecond() { Shared(timed, std::chrono::steady_clock::now() + patience); i++; }

// It was not had.
static void neverWrites() {
  if (!std::unique_lock<std::shared_timed_mutex>(timed, std::chrono::milliseconds(1)))
    j++;
}
static void reads() { Shared lock(timed); j++; }

static void lockOne() { std::scoped_lock lock(one_mutex); b++; }
static void lockTwo() { std::scoped_lock lock(other_mutex); b++; }

static void onceOne() { std::call_once(one_flag, [] { c++; }); }
static void onceTwo() { std::call_once(other_flag, [] { c++; }); }

static void setsResult() { promise.set_value(1); d++; }
static void getsResult() { future.get(); d++; }

// The one that drops its share last learns of the other, not the other way round.
static void holdsShare() { e++; mine.reset(); }
static void keepsShare() { if (yours) e++; }

static void dropsError() { f++; my_error = nullptr; }
static void keepsError() { if (your_error) f++; }

int main() {
  run_two(readerOne, readerTwo);
  run_two(untimedOne, timedTwo);
  run_two(timedOne, untimedTwo);
  run_two(timedFirst, timedSecond);
  timed.lock_shared();
  run_two(neverWrites, reads);
  timed.unlock_shared();
  run_two(lockOne, lockTwo);
  run_two(onceOne, onceTwo);
  run_two(setsResult, getsResult);
  run_two(holdsShare, keepsShare);
  run_two(dropsError, keepsError);
}

// CHECK: WARNING: DATA RACE
// CHECK: readerTwo
// CHECK: readerOne
// CHECK: WARNING: DATA RACE
// CHECK: timedTwo
// CHECK: untimedOne
// CHECK: WARNING: DATA RACE
// CHECK: untimedTwo
// CHECK: timedOne
// CHECK: WARNING: DATA RACE
// CHECK: timedSecond
// CHECK: timedFirst
// CHECK: WARNING: DATA RACE
// CHECK: reads
// CHECK: neverWrites
// CHECK: WARNING: DATA RACE
// CHECK: lockTwo
// CHECK: lockOne
// CHECK: WARNING: DATA RACE
// CHECK: onceTwo
// CHECK: onceOne
// CHECK: WARNING: DATA RACE
// CHECK: getsResult
// CHECK: setsResult
// CHECK: WARNING: DATA RACE
// CHECK: keepsShare
// CHECK: holdsShare
// CHECK: WARNING: DATA RACE
// CHECK: keepsError
// CHECK: dropsError
// CHECK: Found {{[0-9]+}} data race(s)
