// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C++ locks in both orders, which cannot hang: std::scoped_lock and std::lock try for the
// second one, tries, readers of std::shared_mutex, one gate, mutexes of the stack that come
// and go in the same place.
//
// RUN: %each_library 0 %s %t

#include <cstdio>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "turns.h"

static std::mutex a, b, c, gate;
static std::shared_mutex table, other;
static long sum;

static void scoped(int me)
{
	std::mutex &first = me ? a : b, &second = me ? b : a;

	for (int i = 0; i < 100; i++) {
		std::scoped_lock both(first, second, c);
		sum++;
	}
	for (int i = 0; i < 100; i++) {
		std::unique_lock<std::mutex> one(first, std::defer_lock), two(second, std::defer_lock);
		std::lock(one, two);
		sum++;
	}
}

/* Side by side, so that they get in each other's way. */
static void scoped_at_once()
{
	std::thread one(scoped, 0), two(scoped, 1);

	one.join();
	two.join();
}

static void tries(int me)
{
	std::unique_lock<std::mutex> outer(me ? a : b);
	std::unique_lock<std::mutex> inner(me ? b : a, std::try_to_lock);
}

static void reads(int me)
{
	std::shared_lock<std::shared_mutex> outer(me ? table : other), inner(me ? other : table);
}

static void gated(int me)
{
	std::lock_guard<std::mutex> all(gate);
	std::lock_guard<std::mutex> outer(me ? a : b), inner(me ? b : a);
}

static void locals()
{
	std::mutex first, second;
	std::thread one([&] { std::lock_guard<std::mutex> x(first), y(second); });
	one.join();
}

/* In the other order: other mutexes. */
static void more_locals()
{
	std::mutex first, second;
	std::thread one([&] { std::lock_guard<std::mutex> y(second), x(first); });
	one.join();
}

int main()
{
	scoped_at_once();
	run_turns(2, scoped);
	run_turns(2, tries);
	run_turns(2, reads);
	run_turns(2, gated);
	for (int i = 0; i < 3; i++) {
		locals();
		more_locals();
	}
	std::printf("sum %ld\n", sum);
	return 0;
}

// CHECK: sum 800
