// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomics that compilers hand to libatomic, where they order nothing: relaxed ones, a
// compare-exchange that fails, and plain accesses beside them.
//
// RUN: %race_cxx -O0 %s -latomic -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 %s -latomic -o %t && %expect_race %t | FileCheck %s

#include <atomic>
#include <cstdio>

#include "two.h"

struct wide {
	long word[3];
};

static std::atomic<wide> flag;
alignas(16) static __int128 huge;
static int data;
static wide found;

static void relaxed_sends()
{
	data++;
	flag.store({{1, 1, 1}}, std::memory_order_relaxed);
}

static void relaxed_takes()
{
	if (flag.load(std::memory_order_acquire).word[0] == 1)
		data++;
}

static void fails_to_send()
{
	wide wrong = {{5, 5, 5}};

	data++;
	if (flag.compare_exchange_strong(wrong, wrong))
		std::puts("wrong");
}

static void modifies()
{
	wide seen = flag.load();

	flag.compare_exchange_strong(seen, seen);
}

static void plain_write()
{
	reinterpret_cast<volatile long *>(&flag)[2] = 4;
}

static void wide_add()
{
	__atomic_fetch_add(&huge, 1, __ATOMIC_SEQ_CST);
}

static void last_byte()
{
	reinterpret_cast<volatile char *>(&huge)[15] = 4;
}

static void loads_into_shared()
{
	__atomic_load(reinterpret_cast<wide *>(&flag), &found, __ATOMIC_SEQ_CST);
}

static const struct {
	const char *name;
	void (*first)(), (*second)();
} cases[] = {
	{ "relaxed store", relaxed_sends, relaxed_takes },
	{ "failed exchange", fails_to_send, relaxed_takes },
	{ "plain write", modifies, plain_write },
	{ "last byte", wide_add, last_byte },
	{ "result is shared", loads_into_shared, loads_into_shared },
};

int main()
{
	for (auto &one : cases) {
		std::fprintf(stderr, "try %s\n", one.name);
		run_two(one.first, one.second);
	}
}

// CHECK: try relaxed store
// CHECK: WARNING: DATA RACE
// CHECK: relaxed_takes()
// CHECK: try failed exchange
// CHECK: WARNING: DATA RACE
// CHECK: fails_to_send()
// CHECK: try plain write
// CHECK: Write of size 8
// CHECK: Previous atomic write of size 24
// CHECK: try last byte
// CHECK: Write of size 1
// CHECK: Previous atomic write of size 16
// CHECK: try result is shared
// CHECK: Write of size 24
// CHECK: Previous write of size 24
