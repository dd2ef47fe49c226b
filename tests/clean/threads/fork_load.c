// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// 300 forks while other threads lock, allocate, create and cancel threads, use atomics,
// touch memory, throw away whole mappings; two of them fork at once. No child hangs.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t locks[16];
static atomic_long words[64];
static atomic_int stop, right;
static long guarded[16];

static void *locks_and_allocates(void *unused)
{
	for (unsigned i = 0; !stop; i++) {
		char *block;

		pthread_mutex_lock(&locks[i % 16]);
		guarded[i % 16]++;
		pthread_mutex_unlock(&locks[i % 16]);
		block = malloc(i % 5000 + 1);
		block[0] = 1;
		free(block);
		atomic_fetch_add(&words[i % 64], 1);
	}
	return unused;
}

static void *sleeps(void *unused)
{
	usleep(rand() % 100);
	pause();
	return unused;
}

static void *makes_threads(void *unused)
{
	while (!stop) {
		char *mapping = mmap(0, 1 << 16, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		pthread_t thread;

		pthread_create(&thread, 0, sleeps, 0);
		for (int i = 0; i < 1 << 16; i += 512)
			mapping[i] = 1;
		munmap(mapping, 1 << 16);
		pthread_cancel(thread);
		pthread_join(thread, 0);
	}
	return unused;
}

static void *in_child(void *number)
{
	*(int *)number += 1;
	pthread_mutex_lock(&locks[0]);
	guarded[0] = 1;
	pthread_mutex_unlock(&locks[0]);
	free(malloc(1000));
	return number;
}

static void *forks(void *unused)
{
	for (int i = 0; i < 150; i++) {
		int status, number = i;
		pid_t child = fork();

		if (!child) {
			pthread_t own;

			alarm(300); // a hang ends it
			for (int k = 0; k < 16; k++)
				pthread_mutex_init(&locks[k], 0);
			pthread_create(&own, 0, in_child, &number);
			pthread_join(own, 0);
			exit(number);
		}
		waitpid(child, &status, 0);
		right += WIFEXITED(status) && WEXITSTATUS(status) == i + 1;
	}
	return unused;
}

int main(void)
{
	pthread_t threads[4];

	for (int k = 0; k < 16; k++)
		pthread_mutex_init(&locks[k], 0);
	pthread_create(&threads[0], 0, locks_and_allocates, 0);
	pthread_create(&threads[1], 0, locks_and_allocates, 0);
	pthread_create(&threads[2], 0, makes_threads, 0);
	pthread_create(&threads[3], 0, forks, 0);
	forks(0);
	pthread_join(threads[3], 0);
	stop = 1;
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], 0);
	printf("%d children\n", right);
	return 0;
}

// CHECK: 300 children
