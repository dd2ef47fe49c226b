/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * k5_shared_table.c - every thread reads one table, in no order.
 */
#include "kernel.h"

#define ENTRIES (1 << 17)
#define READS 240000000

static unsigned long *table;

NOINLINE static unsigned long walk(const unsigned long *entries, unsigned seed, int count)
{
	unsigned long mix = 0;

	for (int i = 0; i < count; i++)
		mix ^= entries[kernel_random(&seed) >> 15] + (mix << 1);
	return mix;
}

static long body(long me)
{
	return walk(table, me * 99, READS / kernel_threads);
}

int main(int argc, char **argv)
{
	kernel_start(argc, argv);
	table = kernel_alloc(ENTRIES * sizeof(*table));
	for (unsigned long i = 0; i < ENTRIES; i++)
		table[i] = i * 0x9e3779b97f4a7c15;
	printf("%lx\n", kernel_run(body));
	return 0;
}
