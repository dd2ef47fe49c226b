/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * open.c LIBRARY - races with a function of a library opened at run time.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#include "barrier.h"

static struct barrier turn;
static void *(*opened)(void *);
static int shared;

static void *worker(void *unused)
{
	opened(&shared);
	barrier_wait(&turn);
	return unused;
}

int main(int argc, char **argv)
{
	void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : 0;
	pthread_t thread;

	if (!library) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	*(void **)&opened = dlsym(library, "opened");
	barrier_init(&turn, 2);
	pthread_create(&thread, 0, worker, 0);
	barrier_wait(&turn);
	shared = 2;
	pthread_join(thread, 0);
	return 0;
}
