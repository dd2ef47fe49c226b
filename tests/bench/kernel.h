/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * kernel.h - the frame of a benchmark kernel: argv[1] is the number of threads, the
 * same amount of work is divided among them, and one line of result is printed, the
 * same in every build.
 */
#ifndef RACE_KERNEL_H
#define RACE_KERNEL_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define NOINLINE __attribute__((noinline))

static int kernel_threads = 2;

static inline void kernel_start(int argc, char **argv)
{
	if (argc > 1)
		kernel_threads = atoi(argv[1]);
	if (kernel_threads < 1 || kernel_threads > 1024) {
		fprintf(stderr, "usage: %s [threads, 1 to 1024]\n", argv[0]);
		exit(2);
	}
}

static inline void *kernel_alloc(size_t size)
{
	void *block = calloc(1, size);

	if (!block) {
		perror("calloc");
		exit(1);
	}
	return block;
}

struct kernel_thread {
	pthread_t handle;
	long (*body)(long);
	long me, result;
};

static inline void *kernel_body(void *argument)
{
	struct kernel_thread *thread = argument;

	thread->result = thread->body(thread->me);
	return NULL;
}

/* Runs body(0) ... body(kernel_threads - 1), each in its thread; the sum of what they
 * return. With 1 the program stays without threads. */
static inline long kernel_run(long (*body)(long me))
{
	struct kernel_thread *threads = kernel_alloc(kernel_threads * sizeof(*threads));
	long sum = 0;

	if (kernel_threads == 1) {
		free(threads);
		return body(0);
	}

	for (long i = 0; i < kernel_threads; i++) {
		threads[i].body = body;
		threads[i].me = i;
		if (pthread_create(&threads[i].handle, NULL, kernel_body, &threads[i])) {
			perror("pthread_create");
			exit(1);
		}
	}
	for (long i = 0; i < kernel_threads; i++) {
		pthread_join(threads[i].handle, NULL);
		sum += threads[i].result;
	}
	free(threads);
	return sum;
}

/* A small generator, the same everywhere; the upper bits are the better ones. */
static inline unsigned kernel_random(unsigned *seed)
{
	return *seed = *seed * 1664525 + 1013904223;
}

#endif
