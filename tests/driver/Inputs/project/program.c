/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * program.c - a user's program: a thread counts while main counts too.
 */
#include <pthread.h>
#include <string.h>

long counter;

static void *worker(void *unused)
{
	counter++;
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc > 1 && !strcmp(argv[1], "--alone")) {
		counter++;
		return 0;
	}
	pthread_create(&thread, NULL, worker, NULL);
	counter++;
	pthread_join(thread, NULL);
	return 0;
}
