// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the standard primitives do not order is reported: two readers of a shared_mutex,
// two flags of call_once, what is done after a result was set, after a share in an object
// or an exception was given up.
//
// RUN: %each_library 66 %s %t

#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "two.h"

static std::shared_mutex shared;
static std::timed_mutex one_mutex, other_mutex;
static std::once_flag one_flag, other_flag;
static long a, b, c, d, e, f;
static std::promise<int> promise;
static std::future<int> future = promise.get_future();
static std::shared_ptr<int> mine = std::make_shared<int>(1), yours = mine;
static std::exception_ptr my_error = std::make_exception_ptr(1), your_error = my_error;

static void readerOne() { std::shared_lock<std::shared_mutex> lock(shared); a++; }
static void readerTwo() { std::shared_lock<std::shared_mutex> lock(shared); a++; }

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
