// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ranges with gaps: the first, a middle and the last element or row, upwards and down,
// each meets a write of the other thread.
//
// RUN: %race_cc -O0 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O1 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 -g %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O3 -g %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

#define N 40

struct thing {
	long key;
	short colour;
	int weight;
};

struct thing things[N], down[N];
int matrix[N][100], deep[8][10][20];
float pitched[N * 64];
static volatile int length = N, pitch = 64;

static void write_all(void)
{
	int n = length, p = pitch;

	for (int i = 0; i < n; i++)
		things[i].colour = i;
	for (int i = n - 1; i >= 0; i--)
		down[i].weight = i;
	for (int j = 10; j < 60; j++)
		for (int i = 0; i < n; i++)
			matrix[i][j] = i + j;
	for (int i = 0; i < n; i++)
		for (int j = 0; j < 50; j++)
			pitched[i * p + j] = j;
	for (int i = 0; i < 8; i++)
		for (int j = 2; j < 8; j++)
			for (int k = 5; k < 15; k++)
				deep[i][j][k] = k;
}

static void write_some(void)
{
	things[0].colour = 1; /* first of things */
	things[N - 1].colour = 1; /* last of things */
	down[0].weight = 1; /* first of down */
	down[N - 1].weight = 1; /* last of down */
	matrix[0][10] = 1; /* first of matrix */
	matrix[N / 2][33] = 1; /* middle of matrix */
	matrix[N - 1][59] = 1; /* last of matrix */
	pitched[0] = 1; /* first of pitched */
	pitched[(N - 1) * 64 + 49] = 1; /* last of pitched */
	deep[0][2][5] = 1; /* first of deep */
	deep[4][7][10] = 1; /* middle of deep */
	deep[7][7][14] = 1; /* last of deep */
}

int main(void)
{
	run_two(write_all, write_some);
	return 0;
}

// CHECK-COUNT-12: write_some()
// CHECK: Found 12 data race(s)
