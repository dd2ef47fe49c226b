// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomics of every kind of type, volatile ones too, and every operation of the language:
// silent, with the values that they have without the detector.
//
// RUN: %race_cxx -std=c++20 -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -std=c++20 -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <atomic>
#include <cstdio>
#include <thread>

enum class colour : short { red, green };
struct point {
	int x, y;
};
struct packed {
	char a;
	short b;
};

static std::atomic<float> f;
static std::atomic<double> d;
static std::atomic<bool> b;
static std::atomic<colour> c;
static std::atomic<point> p;
static volatile std::atomic<int> v;
static std::atomic<packed> k;
static int array[3000];
static std::atomic<int *> at{array};
static volatile std::atomic<unsigned char> small;
static std::atomic_flag taken = ATOMIC_FLAG_INIT;
static int guarded, largest, least, nand = -1, fetched;
static int plain_reference;
#if __clang_major__ > 14
static _Float16 half; /* the runtime cannot add these */
#else
static float half;
#endif

static void worker(int me)
{
	for (int i = 0; i < 1000; i++) {
		f.fetch_add(0.5f);
		d.fetch_sub(0.25);
		b.exchange(!b.load());
		c.store(colour::green);
		point seen = p.load(std::memory_order_relaxed);
		while (!p.compare_exchange_weak(seen, {seen.x + 1, seen.y - 1},
		                                std::memory_order_release,
		                                std::memory_order_relaxed))
			;
		v += 2;
		packed old = k.load();
		k.compare_exchange_strong(old, old);
		(*at.fetch_add(1))++;
		small++;
		while (taken.test_and_set(std::memory_order_acquire))
			std::this_thread::yield();
		guarded++;
		taken.clear(std::memory_order_release);
		__atomic_fetch_max(&largest, 1000 * me + i, __ATOMIC_RELAXED);
		__atomic_fetch_min(&least, -i * me, __ATOMIC_RELAXED);
		std::atomic_ref<int>(plain_reference).fetch_add(3);
		__sync_fetch_and_nand(&nand, 0);
		__sync_add_and_fetch(&fetched, 1);
#if __clang_major__ > 14
		__atomic_fetch_add(&half, (_Float16)1, __ATOMIC_RELAXED);
#else
		__atomic_fetch_add(&half, 1.f, __ATOMIC_RELAXED);
#endif
	}
}

int main()
{
	std::thread one(worker, 1), two(worker, 2);

	one.join();
	two.join();
	std::printf("%g %g %d %d %d %d\n", f.load(), d.load(), (int)c.load(), p.load().x,
	            p.load().y, v.load());
	std::printf("%d %d %d %d %d\n", (int)(at.load() - array), array[1999], array[2000],
	            small.load(), guarded);
	std::printf("%d %d %d %d %d %g\n", largest, least, plain_reference, nand, fetched,
	            (double)half);
}

// CHECK: 1000 -500 1 2000 -2000 4000
// CHECK: 2000 1 0 208 2000
// CHECK: 2999 -1998 6000 -1 2000 2000
