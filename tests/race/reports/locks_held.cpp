// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The locks of C++ by name, and where the program took them.
//
// RUN: %race_cxx -std=c++17 -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -std=c++17 -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <mutex>
#include <shared_mutex>

#include "two.h"

namespace bank {
struct Accounts {
	std::mutex lock;
	std::shared_mutex table;
	long total, entries;
} accounts;
std::recursive_mutex again;
} // namespace bank
using bank::accounts;
using bank::again;

__attribute__((noinline)) static void deposit()
{
	std::lock_guard<std::mutex> held(accounts.lock);
	accounts.total = 1;
}

__attribute__((noinline)) static void look_up()
{
	std::shared_lock<std::shared_mutex> held(accounts.table);
	accounts.entries = 1;
}

static void first()
{
	deposit();
	look_up();
}

__attribute__((noinline)) static void audit()
{
	std::scoped_lock<std::recursive_mutex> held(again);
	accounts.total = 2;
}

static void second()
{
	audit();
	accounts.entries = 2;
}

int main()
{
	run_two(first, second);
	return 0;
}

// CHECK: Write of size 8 {{.*}} by thread T2
// CHECK: Holding mutex 'bank::again', locked at:
// CHECK: audit()
// CHECK-NEXT: locks_held.cpp:[[#@LINE-19]]
// CHECK: Previous write of size 8
// CHECK: Holding mutex 'bank::accounts.lock', locked at:
// CHECK: deposit()
// CHECK-NEXT: locks_held.cpp:[[#@LINE-41]]
// CHECK: Advice: this write holds mutex 'bank::again', the previous write holds mutex 'bank::accounts.lock': only one and the same lock orders them
// CHECK: Holding rwlock 'bank::accounts.table' for reading, locked at:
// CHECK: look_up()
// CHECK: Advice: the previous write holds rwlock 'bank::accounts.table', this write does not
