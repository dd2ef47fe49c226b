// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pages that come anew have no past: dropped and filled again, remapped elsewhere, taken
// by the program's break, attached. An atomic that orders nothing hands them over.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "two.h"

#define BYTES (1 << 20)
#define KINDS 7

static int kind, segment;
static char *place[KINDS];

static char *map(void *where)
{
	return mmap(where, BYTES, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | (where ? MAP_FIXED : 0), -1, 0);
}

static char *fill(char *memory)
{
	memset(memory, 1, BYTES);
	return memory;
}

static void first(void)
{
	char *memory;

	switch (kind) {
	case 0:
	case 1:
	case 2:
	case 3:
		memory = fill(map(0));
		if (kind == 3)
			munmap(memory, BYTES);
		break;
	case 4:
		memory = fill(sbrk(BYTES));
		sbrk(-BYTES);
		break;
	case 5:
		memory = fill(sbrk(BYTES));
		if (brk(memory))
			abort();
		break;
	default:
		memory = fill(shmat(segment, 0, 0));
		shmdt(memory);
		break;
	}
	__atomic_store_n(&place[kind], memory, __ATOMIC_RELAXED);
}

static void second(void)
{
	char *memory = __atomic_load_n(&place[kind], __ATOMIC_RELAXED), *other;

	switch (kind) {
	case 0:
		madvise(memory, BYTES, MADV_DONTNEED);
		break;
	case 1:
		map(memory);
		break;
	case 2:
		other = map(0);
		if (mremap(other, BYTES, BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, memory) != memory)
			abort();
		break;
	case 3:
		mmap64(memory, BYTES, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		break;
	case 4:
		if (sbrk(BYTES) != memory)
			abort();
		break;
	case 5:
		if (brk(memory + BYTES))
			abort();
		break;
	default:
		if (shmat(segment, memory, 0) != memory)
			abort();
	}
	fill(memory);
}

int main(void)
{
	segment = shmget(IPC_PRIVATE, BYTES, IPC_CREAT | 0600);
	for (kind = 0; kind < KINDS; kind++)
		run_two(first, second);
	shmctl(segment, IPC_RMID, 0);
	puts("done");
	return 0;
}

// CHECK: done
