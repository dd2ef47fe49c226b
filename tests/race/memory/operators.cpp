// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each operator delete against an unordered use, and each operator new against one: told
// at the line of the new or delete, under the operator's name.
//
// RUN: %race_cxx -std=c++17 -O0 -fsized-deallocation %s -o %t && %expect_race %t > %t.out && FileCheck %s < %t.out
// RUN: %race_cxx -std=c++17 -O2 -fsized-deallocation %s -o %t && %expect_race %t > %t.out && FileCheck %s < %t.out

#include <new>

#include "two.h"

struct Plain {
	long words[8];
};
struct alignas(64) Aligned {
	long words[8];
};

static void *objects[8], *fresh[8];

static void hand_over(int place, void *object)
{
	__atomic_store_n(&fresh[place], object, __ATOMIC_RELAXED);
}

static long *taken(int place)
{
	return (long *)__atomic_load_n(&fresh[place], __ATOMIC_RELAXED);
}

static void first()
{
	for (void *object : objects)
		((Plain *)object)->words[3]++;
	hand_over(0, ::operator new(64));
	hand_over(1, ::operator new[](64));
	hand_over(2, ::operator new(64, std::nothrow));
	hand_over(3, ::operator new[](64, std::nothrow));
	hand_over(4, ::operator new(64, std::align_val_t(64)));
	hand_over(5, ::operator new[](64, std::align_val_t(64)));
	hand_over(6, ::operator new(64, std::align_val_t(64), std::nothrow));
	hand_over(7, ::operator new[](64, std::align_val_t(64), std::nothrow));
}

static void second()
{
	delete (Plain *)objects[0];
	delete[] (Plain *)objects[1];
	delete (Aligned *)objects[2];
	delete[] (Aligned *)objects[3];
	::operator delete(objects[4]);
	::operator delete(objects[5], std::nothrow);
	::operator delete(objects[6], 64);
	::operator delete(objects[7], std::align_val_t(64), std::nothrow);
	taken(0)[1] = 1;
	taken(1)[1] = 1;
	taken(2)[1] = 1;
	taken(3)[1] = 1;
	taken(4)[1] = 1;
	taken(5)[1] = 1;
	taken(6)[1] = 1;
	taken(7)[1] = 1;
}

int main()
{
	objects[0] = new Plain;
	objects[1] = new Plain[2];
	objects[2] = new Aligned;
	objects[3] = new Aligned[2];
	objects[4] = ::operator new(64);
	objects[5] = ::operator new(64, std::nothrow);
	objects[6] = ::operator new(64);
	objects[7] = ::operator new(64, std::align_val_t(64), std::nothrow);
	run_two(first, second);
	return 0;
}

// CHECK: Free of memory {{.*}}by thread T2
// CHECK-NEXT: operator delete(void*
// CHECK-NEXT: <libc>
// CHECK-NEXT: second()
// CHECK-NEXT: operators.cpp:[[#@LINE-36]]
// CHECK: Previous write {{.*}}by thread T1
// CHECK: operators.cpp:[[#@LINE-51]]
// CHECK: operator delete[](void*
// CHECK: operators.cpp:[[#@LINE-39]]
// CHECK: operator delete(void*{{.*}}std::align_val_t)
// CHECK: operators.cpp:[[#@LINE-40]]
// CHECK: operator delete[](void*{{.*}}std::align_val_t)
// CHECK: operators.cpp:[[#@LINE-41]]
// CHECK: operator delete(void*)
// CHECK: operators.cpp:[[#@LINE-42]]
// CHECK: operator delete(void*, std::nothrow_t const&)
// CHECK: operators.cpp:[[#@LINE-43]]
// CHECK: operator delete(void*, unsigned long)
// CHECK: operators.cpp:[[#@LINE-44]]
// CHECK: operator delete(void*, std::align_val_t, std::nothrow_t const&)
// CHECK: operators.cpp:[[#@LINE-45]]
// CHECK: Write {{.*}}by thread T2
// CHECK: Previous allocation of memory {{.*}}by thread T1
// CHECK-NEXT: operator new(unsigned long)
// CHECK-NEXT: <libc>
// CHECK-NEXT: first()
// CHECK-NEXT: operators.cpp:[[#@LINE-70]]
// CHECK: operator new[](unsigned long)
// CHECK: operator new(unsigned long, std::nothrow_t const&)
// CHECK: operator new[](unsigned long, std::nothrow_t const&)
// CHECK: operator new(unsigned long, std::align_val_t)
// CHECK: operator new[](unsigned long, std::align_val_t)
// CHECK: operator new(unsigned long, std::align_val_t, std::nothrow_t const&)
// CHECK: operator new[](unsigned long, std::align_val_t, std::nothrow_t const&)
// CHECK: Found 16 data race(s)
