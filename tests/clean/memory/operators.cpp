// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects of every kind of operator new are the new thread's own; running out of memory
// is told as without us, after the new-handler was asked; operators that the program
// replaces are called, and what they recycle is new as well. In the last two programs
// these and their memory are compiled without the plugin, so that nobody sees their lock.
//
// RUN: %race_cxx -std=c++17 -O0 -fsized-deallocation %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -std=c++17 -O2 -fsized-deallocation %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -std=c++17 -O2 -static-libstdc++ -fsized-deallocation %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %clangxx -std=c++17 -O1 -c %S/Inputs/pool.cpp -o %t.o
// RUN: %race_cxx -std=c++17 -O0 -fsized-deallocation %s %t.o -o %t && %expect_clean %t | FileCheck --check-prefixes=CHECK,POOL %s
// RUN: %race_cxx -std=c++17 -O2 -fsized-deallocation %s %t.o -o %t && %expect_clean %t | FileCheck --check-prefixes=CHECK,POOL %s

#include <new>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "two.h"

struct Plain {
	long words[400];
};
struct alignas(128) Aligned {
	long words[400];
};

extern "C" long pool_served() __attribute__((weak));

static void fill(void *object)
{
	for (int i = 0; i < 400; i++)
		((Plain *)object)->words[i] = i;
	__asm__ volatile("" : : "r"(object) : "memory"); // or new and delete are optimised away
}

template <class T> static void once()
{
	T *one = new T, *several = new T[2], *quiet = new (std::nothrow) T;

	fill(one);
	fill(several);
	fill(quiet);
	if (alignof(T) == 128 && ((uintptr_t)one | (uintptr_t)several | (uintptr_t)quiet) % 128)
		abort();
	delete quiet;
	delete[] several;
	delete one;
}

static void both()
{
	for (int i = 0; i < 200; i++) {
		once<Plain>();
		once<Aligned>();
	}
}

static int asked;

static void handler()
{
	asked++;
	std::set_new_handler(nullptr);
}

int main()
{
	size_t huge = SIZE_MAX / 4;

	run_two(both, both);
	printf("nothrow %p\n", ::operator new(huge, std::nothrow));
	std::set_new_handler(handler);
	try {
		::operator delete(::operator new(huge));
	} catch (const std::bad_alloc &) {
		printf("bad_alloc, asked %d\n", asked);
	}
	if (pool_served)
		printf("pool %s\n", pool_served() > 100 ? "used" : "unused");
	return 0;
}

// CHECK: nothrow (nil)
// CHECK: bad_alloc, asked 1
// POOL: pool used
