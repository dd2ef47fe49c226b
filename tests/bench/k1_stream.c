/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * k1_stream.c - streaming arrays with barriers: a scaled sum, then three-point stencils
 * of doubles and of integers, each thread on its part of the arrays.
 */
#include "kernel.h"

#define CELLS (1 << 18)
#define SUMS 600
#define STEPS 750

static double *x, *y;
static int *a, *b;
static pthread_barrier_t barrier;

NOINLINE static void add_scaled(double *restrict to, const double *restrict from, double factor,
				long count)
{
	for (long i = 0; i < count; i++)
		to[i] += factor * from[i];
}

NOINLINE static void smooth(double *to, const double *from, long low, long high)
{
	for (long i = low; i < high; i++)
		to[i] = 0.25 * from[i - 1] + 0.5 * from[i] + 0.25 * from[i + 1];
}

NOINLINE static void smooth_integers(int *to, const int *from, long low, long high)
{
	for (long i = low; i < high; i++)
		to[i] = (from[i - 1] + 2 * from[i] + from[i + 1]) >> 2;
}

static long body(long me)
{
	long low = me * CELLS / kernel_threads, high = (me + 1) * CELLS / kernel_threads;
	long first = low ? low : 1, last = high < CELLS ? high : CELLS - 1;

	for (int i = 0; i < SUMS; i++)
		add_scaled(y + low, x + low, 1e-3 * i, high - low);
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < STEPS; i++) {
		smooth(i % 2 ? x : y, i % 2 ? y : x, first, last);
		smooth_integers(i % 2 ? a : b, i % 2 ? b : a, first, last);
		pthread_barrier_wait(&barrier);
	}
	return 0;
}

int main(int argc, char **argv)
{
	double sum = 0;
	long total = 0;

	kernel_start(argc, argv);
	x = kernel_alloc(CELLS * sizeof(*x));
	y = kernel_alloc(CELLS * sizeof(*y));
	a = kernel_alloc(CELLS * sizeof(*a));
	b = kernel_alloc(CELLS * sizeof(*b));
	for (int i = 0; i < CELLS; i++) {
		x[i] = i;
		y[i] = CELLS - i;
		a[i] = i * 7;
		b[i] = i;
	}
	pthread_barrier_init(&barrier, NULL, kernel_threads);
	kernel_run(body);
	for (int i = 0; i < CELLS; i++) {
		sum += x[i] + y[i];
		total += a[i] + b[i];
	}
	printf("%.9g %ld\n", sum, total);
	return 0;
}
