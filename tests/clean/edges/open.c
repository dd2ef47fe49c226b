// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two threads open a library: its constructors have run for both. What comes to be mapped
// where a closed library was has none of its past, neither accesses nor locks; destructors
// of the last close come after all that was done before the others.
//
// RUN: %race_cc -O0 -DLIBRARY -shared -fPIC %s -o %t.so && cp %t.so %t.other.so
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t %t.so %t.other.so | FileCheck %s
// RUN: %race_cc -O2 -DLIBRARY -shared -fPIC %s -o %t.so && cp %t.so %t.other.so
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t %t.so %t.other.so | FileCheck %s

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#ifdef LIBRARY

int made, used, gone;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void make(void) { made = 5; }
__attribute__((destructor)) static void unmake(void) { gone += used; }

int use(int much)
{
	pthread_mutex_lock(&lock);
	used += much;
	pthread_mutex_unlock(&lock);
	return made;
}

#else

#include "barrier.h"

static struct barrier turn;
static char **libraries;

static int open_use_close(const char *path)
{
	void *library = dlopen(path, RTLD_NOW);
	int (*use)(int) = (int (*)(int))dlsym(library, "use");
	int result = use(1);

	dlclose(library);
	return result;
}

static void *both_open(void *result)
{
	barrier_wait(&turn);
	*(int *)result += open_use_close(libraries[1]);
	return 0;
}

static void *first(void *result)
{
	*(int *)result += open_use_close(libraries[1]);
	barrier_wait(&turn);
	return 0;
}

static void *second(void *result)
{
	barrier_wait(&turn);
	*(int *)result += open_use_close(libraries[2]);
	return 0;
}

static void run(void *(*a)(void *), void *(*b)(void *), int *results)
{
	pthread_t threads[2];

	pthread_create(&threads[0], 0, a, &results[0]);
	pthread_create(&threads[1], 0, b, &results[1]);
	pthread_join(threads[0], 0);
	pthread_join(threads[1], 0);
}

int main(int count, char **arguments)
{
	int results[2] = {0};

	(void)count;
	libraries = arguments;
	barrier_init(&turn, 2);
	for (int i = 0; i < 50; i++) {
		run(both_open, both_open, results);
		run(first, second, results);
	}
	printf("%d %d\n", results[0], results[1]);
	return 0;
}

#endif

// CHECK: 500 500
