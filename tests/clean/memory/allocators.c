// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory of every kind of allocation is a new thread's own: what its last owner did there
// is over. Nothing orders the two threads of a pair, and nearly all get the same
// memory.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O1 -DVALLOC=pvalloc %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "two.h"

#ifndef VALLOC // or pvalloc
#define VALLOC valloc
#endif

#define BYTES 4000    // more than a thread keeps for itself when it is freed
#define BIG (1 << 20) // a mapping of its own
#define KINDS 11

static int kind;
static char *place; // read and written by atomics that order nothing

static char *allocate(void)
{
	void *memory = 0;

	switch (kind) {
	case 0:
		return malloc(BYTES);
	case 1:
		return calloc(2, BYTES / 2);
	case 2:
		return memalign(64, BYTES);
	case 3:
		return aligned_alloc(64, BYTES);
	case 4:
		return VALLOC(BYTES);
	case 5:
		return posix_memalign(&memory, 128, BYTES) ? 0 : memory;
	case 6:
		return realloc(malloc(10), BYTES);
	case 7:
		return reallocarray(malloc(10), 2, BYTES / 2);
	case 8:
		return malloc(BIG);
	case 9:
		return mmap64(__atomic_load_n(&place, __ATOMIC_RELAXED), BIG, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	default:
		return mmap(__atomic_load_n(&place, __ATOMIC_RELAXED), BIG, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	}
}

static char *use(void)
{
	char *memory = allocate();

	memset(memory, 1, kind < 9 ? malloc_usable_size(memory) : BYTES);
	if (kind < 9)
		free(memory);
	else
		munmap(memory, BIG);
	return memory;
}

static void first(void)
{
	__atomic_store_n(&place, use(), __ATOMIC_RELAXED);
}

static int shared;

static void second(void)
{
	shared += labs(use() - __atomic_load_n(&place, __ATOMIC_RELAXED)) < BYTES;
}

int main(void)
{
	mallopt(M_ARENA_MAX, 1); // one heap for all threads
	mallopt(M_MMAP_THRESHOLD, BIG / 2);
	for (kind = 0; kind < KINDS; kind++)
		run_two(first, second);
	printf("%d of %d\n", shared, KINDS);
	return 0;
}

// CHECK: {{8|9|10|11}} of 11
