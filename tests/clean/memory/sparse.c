// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory that is reserved and hardly touched costs next to nothing: 16 GiB calloc'd by two
// threads, and one word in 64 MiB of 256 GiB of address space, written, freed and
// mapped again while there are granules with lists, which a free must not leave behind.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "two.h"

#define GIB (1ul << 30)
#define RESERVED (256 * GIB)
#define STEP (64ul << 20)

static struct barrier all;
static char small[4096];
static long read_by[4];

// Several readers at once: more than two cells.
static void *reader(void *number)
{
	long sum = 0;

	for (int i = 0; i < 4096; i++)
		sum += small[i];
	read_by[(long)number] = sum;
	barrier_wait(&all);
	return 0;
}

static void touch(char *memory, unsigned long bytes)
{
	for (unsigned long at = 0; at < bytes; at += STEP)
		*(long *)(memory + at) += 1;
}

static void reserve(void)
{
	for (int round = 0; round < 2; round++) {
		char *memory = mmap(0, RESERVED, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (memory == MAP_FAILED)
			abort();
		touch(memory, RESERVED);
		munmap(memory, RESERVED);
	}
}

static void blocks(void)
{
	char *memory = calloc(16, GIB / 2);

	if (!memory)
		abort();
	touch(memory, 8 * GIB);
	free(memory);
}

static void first(void)
{
	blocks();
	reserve();
}

static void second(void)
{
	blocks();
	reserve();
}

int main(void)
{
	pthread_t readers[4];
	struct rusage used;
	double seconds;

	barrier_init(&all, 4);
	for (long i = 0; i < 4; i++)
		pthread_create(&readers[i], 0, reader, (void *)i);
	for (int i = 0; i < 4; i++)
		pthread_join(readers[i], 0);
	run_two(first, second);
	getrusage(RUSAGE_SELF, &used);
	seconds = used.ru_utime.tv_sec + used.ru_stime.tv_sec +
		  (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	printf("memory %s, time %s\n", used.ru_maxrss < 300 * 1024 ? "small" : "large",
	       seconds < 2 * 4 ? "short" : "long"); // of processor, for four rounds
	if (getenv("FIGURES"))
		printf("%ld KiB, %.2f s\n", used.ru_maxrss, seconds);
	return 0;
}

// CHECK: memory small, time short
