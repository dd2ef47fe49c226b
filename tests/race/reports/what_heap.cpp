// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block of the heap: its size, how far inside, who allocated it and where, and the
// field as the compiler knew it. The allocation is told however long ago it was.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <cstdlib>
#include <new>

#include "two.h"

namespace bank {
class Account {
public:
	long id = 0;
	long balance = 0;
	virtual ~Account() {}
	__attribute__((noinline)) void deposit(long amount) { balance += amount; }
};
} // namespace bank

static bank::Account *account;
static volatile char *text;
volatile int spins;

// The block is older than anything that history holds.
__attribute__((noinline)) static void forget()
{
	for (int i = 0; i < 100000; i++)
		spins = spins + 1;
}

__attribute__((noinline)) static char *make_text()
{
	return static_cast<char *>(malloc(21));
}

static void first()
{
	account->deposit(1);
	text = make_text();
	text[20] = 1;
}

static void second()
{
	account->deposit(2);
	text[20] = 2;
	free(const_cast<char *>(text));
}

int main()
{
	account = new bank::Account;
	forget();
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: bank::Account::deposit(long)
// CHECK: Location: field 'balance' of class bank::Account, 16 bytes into a heap block of size 24, allocated by main thread at:
// CHECK: Location: {{.*}}20 bytes into a heap block of size 21, allocated by thread T1 at:
// CHECK-NEXT: make_text()
// CHECK-NEXT: what_heap.cpp:[[#@LINE-30]]
