// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What lies in the gaps of a range is not touched by it: two threads share arrays by
// columns, fields, rows of a block, and every other element.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O1 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t
// RUN: %race_cc -O3 %s -o %t && %expect_clean %t

#include "two.h"

#define N 40

struct thing {
	long key;
	short colour;
	int weight;
};

struct thing things[N];
int matrix[N][100], other[2 * N], deep[8][10][20];
unsigned char bytes[3 * N];
static volatile int length = N, zero;

static void even(void)
{
	int n = length, none = zero;

	for (int i = 0; i < n; i++)
		things[i].colour = i;
	for (int j = 10; j < 60; j++)
		for (int i = 0; i < n; i++)
			matrix[i][j] = i + j;
	for (int i = n - 1; i >= 0; i--)
		other[2 * i] = i;
	for (int i = 0; i < n; i++)
		bytes[3 * i] = i;
	for (int i = 0; i < 8; i++)
		for (int j = 2; j < 8; j++)
			for (int k = 5; k < 15; k++)
				deep[i][j][k] = k;
	for (int i = 0; i < none; i++)
		other[2 * i + 1] = i;
	for (int i = 0; i < none; i++)
		for (int j = 0; j < n; j++)
			matrix[j][i] = 3;
}

static void odd(void)
{
	int n = length;

	for (int i = 0; i < n; i++)
		things[i].weight = i;
	for (int i = 0; i < n; i++)
		things[i].key = i;
	for (int i = 0; i < n; i++)
		for (int j = 0; j < 10; j++)
			matrix[i][j] = i + j;
	for (int j = 60; j < 100; j++)
		for (int i = 0; i < n; i++)
			matrix[i][j] = i + j;
	for (int i = 0; i < n; i++)
		other[2 * i + 1] = i;
	for (int i = 0; i < n; i++)
		bytes[3 * i + 1] = bytes[3 * i + 2] = i;
	for (int i = 0; i < 8; i++)
		for (int j = 2; j < 8; j++) {
			deep[i][j][4] = 1;
			deep[i][j][15] = 1;
			deep[i][1][j] = 1;
			deep[i][8][j] = 1;
		}
}

int main(void)
{
	run_two(even, odd);
	return 0;
}
