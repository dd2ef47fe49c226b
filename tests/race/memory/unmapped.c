// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A mapping is taken away, or moved, by one thread while another still uses it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>

#include "two.h"

#define BYTES (1 << 20)

static long *mapping[3];

static void user(void)
{
	for (int i = 0; i < 3; i++)
		mapping[i][100000] = 1;
}

static void owner(void)
{
	munmap(mapping[0], BYTES);
	mremap(mapping[1], BYTES, 2 * BYTES, MREMAP_MAYMOVE);
	mremap(mapping[2], BYTES, BYTES / 2, 0); // the upper half goes
}

int main(void)
{
	for (int i = 0; i < 3; i++) {
		mapping[i] = mmap(0, BYTES, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (mapping[i] == MAP_FAILED)
			abort();
	}
	run_two(user, owner);
	return 0;
}

// CHECK: Free of memory {{.*}}by thread T2
// CHECK-NEXT: munmap()
// CHECK-NEXT: <libc>
// CHECK-NEXT: owner()
// CHECK-NEXT: unmapped.c:[[#@LINE-21]]
// CHECK: Previous write {{.*}}by thread T1
// CHECK: Free of memory {{.*}}by thread T2
// CHECK-NEXT: mremap()
// CHECK-NEXT: <libc>
// CHECK-NEXT: owner()
// CHECK-NEXT: unmapped.c:[[#@LINE-26]]
// CHECK: Free of memory {{.*}}by thread T2
// CHECK-NEXT: mremap()
// CHECK-NEXT: <libc>
// CHECK-NEXT: owner()
// CHECK-NEXT: unmapped.c:[[#@LINE-30]]
// CHECK: Found 3 data race(s)
