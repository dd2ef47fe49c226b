// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A mapping that both threads write; before it there was another one at its address.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <sys/mman.h>

#include "asleep.h"
#include "two.h"

#define BYTES (1 << 20)

static long *mapping; // handed over by an atomic that orders nothing

static void first(void)
{
	long *earlier, *own;

	asleep_wait(2); // nobody else maps anything meanwhile
	earlier = mmap(0, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	earlier[1000] = 1;
	munmap(earlier, BYTES);
	own = mmap(earlier, BYTES, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	own[1000] = 1;
	__atomic_store_n(&mapping, own, __ATOMIC_RELAXED);
}

static void second(void)
{
	__atomic_load_n(&mapping, __ATOMIC_RELAXED)[1000] = 2;
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: Write {{.*}}by thread T2
// CHECK: second()
// CHECK: Previous write {{.*}}by thread T1
// CHECK: mapping.c:[[#@LINE-18]]
// CHECK: Found 1 data race(s)
