// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Until C++17, and in C, a relaxed store goes on with the release sequence of its own
// thread, also where a part of the program is C++20 that does not store.
//
// RUN: %race_cxx -std=c++17 -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -std=c++11 -O2 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -std=c++20 -DTAKES -O2 -c %s -o %t.o
// RUN: %race_cxx -std=c++17 -DSENDS -O2 %s %t.o -o %t && %expect_clean %t | FileCheck %s

#include <atomic>
#include <cstdio>

#include "two.h"

extern int data;
extern std::atomic<int> flag;
void takes();

#ifndef TAKES
int data;
std::atomic<int> flag;

static void sends()
{
	data = 1;
	flag.store(1, std::memory_order_release);
	flag.store(2, std::memory_order_relaxed);
}

int main()
{
	run_two(sends, takes);
	std::printf("%d\n", data);
}
#endif

#ifndef SENDS
void takes()
{
	if (flag.load(std::memory_order_acquire) == 2)
		data++;
}
#endif

// CHECK: 2
