// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomics that compilers hand to libatomic: 16 bytes, odd sizes, too wide for the machine.
// Each publishes data, counts without loss, and orders as its order says. The library
// itself is called by an object without the detector, too.
//
// RUN: %clangxx -c -O1 -DPLAIN %s -o %t.plain.o
// RUN: %race_cxx -std=c++17 -O0 %s %t.plain.o -latomic -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -std=c++17 -O2 -mcx16 %s %t.plain.o -latomic -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -std=c++20 -O2 %s %t.plain.o -o %t && %expect_clean %t | FileCheck %s

#include <atomic>
#include <cstdio>
#include <cstring>
#include <thread>

struct three {
	char bytes[3];
};
struct wide {
	long word[3];
};
struct pair {
	int count;
	char tag; /* eight bytes that are aligned to four */
};

extern "C" bool __atomic_test_and_set_1(void *, int); /* as other compilers call it */
extern "C" void plain_publish(wide *where, long value);
extern "C" long plain_take(wide *where);

#ifdef PLAIN
static std::atomic<wide> *as_atomic(wide *where)
{
	return reinterpret_cast<std::atomic<wide> *>(where);
}

void plain_publish(wide *where, long value)
{
	as_atomic(where)->store({{value, value, value}}, std::memory_order_release);
}

long plain_take(wide *where)
{
	return as_atomic(where)->load(std::memory_order_acquire).word[2];
}
#else

static int data[5], guarded;
static std::atomic<three> odd;
static std::atomic<wide> big, counter;
static std::atomic<pair> loose;
alignas(16) static __int128 huge;
static std::atomic<long double> real; /* its padding defeats compare-exchange */
static wide by_plain;
static char flag;

static void sender()
{
	data[0] = 1;
	odd.store({{'y', 'e', 's'}}, std::memory_order_release);
	data[1] = 2;
	big.exchange({{7, 8, 9}}, std::memory_order_acq_rel);
	data[2] = 3;
	pair seen = loose.load();
	while (!loose.compare_exchange_weak(seen, {1, 'x'}))
		;
	data[3] = 4;
	__atomic_fetch_add(&huge, (__int128)1 << 100, __ATOMIC_RELEASE);
	data[4] = 5;
	plain_publish(&by_plain, 6);
}

static void receiver()
{
	while (odd.load(std::memory_order_acquire).bytes[2] != 's')
		std::this_thread::yield();
	data[0]++;
	while (big.load(std::memory_order_relaxed).word[1] != 8)
		std::this_thread::yield();
	std::atomic_thread_fence(std::memory_order_acquire);
	data[1]++;
	while (loose.load().count != 1)
		std::this_thread::yield();
	data[2]++;
	while (__atomic_load_n(&huge, __ATOMIC_ACQUIRE) >> 100 != 1)
		std::this_thread::yield();
	data[3]++;
	while (plain_take(&by_plain) != 6)
		std::this_thread::yield();
	data[4]++;
}

static void count()
{
	for (int i = 0; i < 1000; i++) {
		wide seen = counter.load(), next;
		while (__atomic_test_and_set_1(&flag, __ATOMIC_ACQUIRE))
			std::this_thread::yield();
		guarded++;
		__atomic_clear(&flag, __ATOMIC_RELEASE);
		do {
			next = seen;
			next.word[2]++;
		} while (!counter.compare_exchange_strong(seen, next));
		real = i;
	}
}

int main()
{
	std::thread a(sender), b(receiver), c(count), d(count);

	a.join();
	b.join();
	c.join();
	d.join();
	std::printf("%d %d %d %d %d\n", data[0], data[1], data[2], data[3], data[4]);
	std::printf("%ld %g %d\n", counter.load().word[2], (double)real.load(), guarded);
}
#endif

// CHECK: 2 3 4 5 6
// CHECK: 2000 999 2000
