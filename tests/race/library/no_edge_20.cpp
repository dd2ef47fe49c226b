// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the primitives of C++20 do not order is reported: what is done after the arrival at
// a latch or barrier, after the release of a semaphore, before a relaxed notification.
//
// RUN: %each_library 66 %s %t -std=c++20

#include <atomic>
#include <barrier>
#include <latch>
#include <semaphore>

#include "two.h"

static std::latch latch(1);
static std::barrier<> phase(2);
static std::binary_semaphore semaphore(0);
static std::atomic<int> word;
static long a, b, c, d;

static void countsDown() { latch.count_down(); a++; }
static void waits() { latch.wait(); a++; }

static void arrives() { (void)phase.arrive(); b++; }
static void completes() { phase.arrive_and_wait(); b++; }

static void releases() { semaphore.release(); c++; }
static void acquires() { semaphore.acquire(); c++; }

static void notifies() { d++; word.store(1, std::memory_order_relaxed); word.notify_all(); }
static void wakes() { word.wait(0, std::memory_order_acquire); d++; }

int main() {
  run_two(countsDown, waits);
  run_two(arrives, completes);
  run_two(releases, acquires);
  run_two(notifies, wakes);
}

// CHECK: WARNING: DATA RACE
// CHECK: waits
// CHECK: countsDown
// CHECK: WARNING: DATA RACE
// CHECK: completes
// CHECK: arrives
// CHECK: WARNING: DATA RACE
// CHECK: acquires
// CHECK: releases
// CHECK: WARNING: DATA RACE
// CHECK: wakes
// CHECK: notifies
// CHECK: Found 4 data race(s)
