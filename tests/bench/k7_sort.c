/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * k7_sort.c - recursion: each thread sorts its part of one array with quicksort.
 */
#include "kernel.h"

#define NUMBERS 1200000
#define ROUNDS 5

static int *numbers;

NOINLINE static void sort(int *a, int low, int high)
{
	int i = low, j = high, pivot = a[(low + high) / 2];

	if (high - low < 8) {
		for (i = low + 1; i <= high; i++) {
			int value = a[i];

			for (j = i - 1; j >= low && a[j] > value; j--)
				a[j + 1] = a[j];
			a[j + 1] = value;
		}
		return;
	}
	while (i <= j) {
		while (a[i] < pivot)
			i++;
		while (a[j] > pivot)
			j--;
		if (i <= j) {
			int swap = a[i];

			a[i++] = a[j];
			a[j--] = swap;
		}
	}
	if (low < j)
		sort(a, low, j);
	if (i < high)
		sort(a, i, high);
}

static long body(long me)
{
	int count = NUMBERS / kernel_threads;
	int *mine = numbers + me * count;
	unsigned seed = me + 3;
	long ordered = 0;

	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < count; i++)
			mine[i] = kernel_random(&seed) >> 8;
		sort(mine, 0, count - 1);
	}
	for (int i = 1; i < count; i++)
		ordered += mine[i - 1] <= mine[i];
	return ordered;
}

int main(int argc, char **argv)
{
	kernel_start(argc, argv);
	numbers = kernel_alloc(NUMBERS * sizeof(*numbers));
	printf("%ld\n", kernel_run(body));
	return 0;
}
