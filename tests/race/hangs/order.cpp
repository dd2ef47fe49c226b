// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Orders of C++ locks that could hang: of std::mutex, members and in containers, of
// std::shared_mutex, of std::recursive_mutex taken for the first time. Stacks have who called
// libc++'s lock(), which is not instrumented.
//
// RUN: %each_library 66 %s %t

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "turns.h"

struct Account {
	std::mutex lock;
	long money = 0;
};

static std::vector<std::unique_ptr<Account>> accounts;
static std::mutex plain, journal;
static std::shared_mutex table;
static std::recursive_mutex recursive;

static void transfer(int me)
{
	std::lock_guard<std::mutex> from(accounts[me]->lock);
	std::lock_guard<std::mutex> to(accounts[!me]->lock);
	accounts[me]->money--;
	accounts[!me]->money++;
}

static void shares(int me)
{
	if (me) {
		std::unique_lock<std::shared_mutex> writer(table);
		std::lock_guard<std::mutex> inner(plain);
	} else {
		std::lock_guard<std::mutex> outer(plain);
		std::shared_lock<std::shared_mutex> reader(table);
	}
}

static void recurses(int me)
{
	if (me) {
		std::lock_guard<std::recursive_mutex> outer(recursive);
		std::lock_guard<std::mutex> inner(journal);
	} else {
		std::lock_guard<std::mutex> outer(journal);
		std::lock_guard<std::recursive_mutex> inner(recursive), again(recursive);
	}
}

int main()
{
	for (int i = 0; i < 2; i++)
		accounts.push_back(std::make_unique<Account>());
	run_turns(2, transfer);
	run_turns(2, shares);
	run_turns(2, recurses);
	return 0;
}

// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: Thread T2 asked for mutex 0x{{.*}} (at 0 in a heap block of size 48) at:
// CHECK: {{^}}  transfer(int)
// CHECK: while it held mutex 0x{{.*}} (at 0 in a heap block of size 48), which it took at:
// CHECK: {{^}}  transfer(int)
// CHECK: Mutex 0x{{.*}} was created at:
// CHECK: main()
// CHECK: Advice: always take mutex 0x{{.*}} before mutex 0x{{.*}}; one line
// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: Thread T4 asked for mutex 'plain' at:
// CHECK: while it held rwlock 'table' for writing, which it took at:
// CHECK: asked for rwlock 'table' for reading at:
// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: Thread T6 asked for mutex 'journal' at:
// CHECK: while it held mutex 'recursive', which it took at:
// CHECK: Found 3 mistake(s)
