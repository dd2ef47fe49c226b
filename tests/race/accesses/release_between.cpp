// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The way from one write to the next is an exception, and what throws unlocks.
//
// RUN: %race_cxx -O0 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O1 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O3 -g %s -o %t && %expect_race %t | FileCheck %s

#include <mutex>

#include "two.h"

static std::mutex mutex;
int thrown, cleaned, touched;

__attribute__((noinline)) static void unlock_and_throw(bool really) {
  ++touched;
  mutex.unlock();
  if (really)
    throw 1;
}

struct Unlocker {
  ~Unlocker() { mutex.unlock(); }
};

__attribute__((noinline)) static void throw_plainly(bool really) {
  if (really)
    throw 1;
}

// Unlocks on the way out, in a frame that nothing stops in.
__attribute__((noinline)) static void throw_through(bool really) {
  Unlocker unlocker;
  throw_plainly(really);
}

static void thrown_first() {
  mutex.lock();
  thrown = 1;
  try {
    unlock_and_throw(true);
  } catch (int) {
    thrown = 2;
  }
}

static void thrown_second() {
  std::lock_guard<std::mutex> hold(mutex);
  thrown = 3;
}

static void cleaned_first() {
  mutex.lock();
  cleaned = 1;
  try {
    throw_through(true);
  } catch (int) {
    cleaned = 2;
  }
}

static void cleaned_second() {
  std::lock_guard<std::mutex> hold(mutex);
  cleaned = 3;
}

int main() {
  run_two(thrown_first, thrown_second);
  run_two(cleaned_first, cleaned_second);
}

// CHECK: thrown_second()
// CHECK: cleaned_second()
// CHECK: Found 2 data race(s)
