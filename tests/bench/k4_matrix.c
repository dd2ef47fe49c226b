/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * k4_matrix.c - blocked multiplication of matrices; each thread has its rows of the result.
 */
#include "kernel.h"

#define N 384
#define BLOCK 48
#define ROUNDS 16

typedef double row[N];
static row *left, *right, *product;

NOINLINE static void multiply_block(int row0, int row1, int column0, int inner0)
{
	for (int i = row0; i < row1; i++)
		for (int j = column0; j < column0 + BLOCK; j++) {
			double sum = product[i][j];

			for (int k = inner0; k < inner0 + BLOCK; k++)
				sum += left[i][k] * right[k][j];
			product[i][j] = sum;
		}
}

static long body(long me)
{
	int low = me * N / kernel_threads, high = (me + 1) * N / kernel_threads;

	for (int round = 0; round < ROUNDS; round++)
		for (int i = low; i < high; i += BLOCK)
			for (int j = 0; j < N; j += BLOCK)
				for (int k = 0; k < N; k += BLOCK)
					multiply_block(i, i + BLOCK < high ? i + BLOCK : high, j, k);
	return 0;
}

int main(int argc, char **argv)
{
	double sum = 0;

	kernel_start(argc, argv);
	left = kernel_alloc(N * sizeof(row));
	right = kernel_alloc(N * sizeof(row));
	product = kernel_alloc(N * sizeof(row));
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			left[i][j] = i + j;
			right[i][j] = i - j;
		}
	kernel_run(body);
	for (int i = 0; i < N; i++)
		sum += product[i][i * 7 % N];
	printf("%.9g\n", sum);
	return 0;
}
