// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In C++20 a relaxed store ends the release sequence of its own thread; a read-modify-write
// goes on with it. Until C++17 both did (clean/atomics/own_store.cpp).
//
// RUN: %race_cxx -std=c++20 -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -std=c++20 -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -std=gnu++2b -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <atomic>
#include <cstdio>

#include "two.h"

static int data, modified;
static std::atomic<int> flag, counter;

static void sends()
{
	modified = 1;
	counter.store(1, std::memory_order_release);
	counter.fetch_add(1, std::memory_order_relaxed);
	data = 1;
	flag.store(1, std::memory_order_release);
	flag.store(2, std::memory_order_relaxed);
}

static void takes()
{
	if (counter.load(std::memory_order_acquire) == 2)
		modified = 2;
	if (flag.load(std::memory_order_acquire) == 2)
		data = 2;
}

int main()
{
	run_two(sends, takes);
	std::printf("%d %d\n", data, modified);
}

// CHECK: 2 2
// CHECK: WARNING: DATA RACE
// CHECK: Write of size 4
// CHECK-NEXT: takes()
// CHECK-NEXT: own_store.cpp:33
// CHECK: Previous write of size 4
// CHECK-NEXT: sends()
// CHECK-NEXT: own_store.cpp:23
// CHECK: Found 1 data race(s)
