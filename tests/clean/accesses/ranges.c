// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops that come close to one another's memory and never touch it: halves of an array,
// loops of no iteration, rows of none, columns, every third byte, elements under a condition, loops that
// hand over in the middle.
//
// RUN: %race_cc -O1 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t
// RUN: %race_cc -O3 %s -o %t && %expect_clean %t

#include "two.h"

#define N 1000

static int halves[N], empty[N], unread[N], others[N][8], odd[N], down[N], reached[N];
static char thirds[3 * N];
static short columns[N][8];
volatile int none, half = N / 2, all = N;

__attribute__((noinline)) static void fill(int *to, long from, long end)
{
	for (long i = from; i < end; i++)
		to[i] += i;
}

__attribute__((noinline)) static void fill_down(int *to, int from, int end)
{
	for (int i = end - 1; i >= from; i--)
		to[i] = i;
}

__attribute__((noinline)) static void fill_some(int *to, int parity, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (i % 2 == parity)
			to[i] = i;
}

__attribute__((noinline)) static void fill_columns(short (*to)[8], int from, int n)
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j < 4; j++)
			to[i][from + j] = i + j;
}

__attribute__((noinline)) static void fill_thirds(char *to, int n)
{
	for (int i = 0; i < n; i++)
		to[3 * i] = i;
}

__attribute__((noinline)) static int fill_until(int *to, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (i == half)
			break;
		to[i] = i;
	}
	return i;
}

static inline int distance(const int *one, const int *two, int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += (one[i] - two[i]) * (one[i] - two[i]);
	return sum;
}

__attribute__((noinline)) static int nearest(const int *one, int (*to)[8], int rows, int n)
{
	int least = 0;

	for (int row = 0; row < rows; row++) {
		int found = distance(one, to[row], n);

		least = found < least ? found : least;
	}
	return least;
}

static void work(int me)
{
	fill(halves, me ? half : 0, me ? all : half);
	fill(empty, 0, none);
	nearest(unread, others, all, none);
	fill_down(down, me ? half : 0, me ? all : half);
	fill_down(down, half, me ? half : none);
	fill_some(odd, me, all);
	fill_columns(columns, 4 * me, all);
	fill_thirds(thirds + me, all);
	fill_until(reached + me * half, me ? half : all);
}

static void first(void)
{
	work(0);
}

static void second(void)
{
	work(1);
	fill(empty, 0, all);
	fill(unread, 0, all);
	fill(others[0], 0, 8);
}

int main(void)
{
	run_two(first, second);
	return 0;
}
