/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * guarded.c - two threads count under the lock of plain_lock.c; with an argument the
 * second one forgets it.
 */
#include <pthread.h>
#include <stdio.h>

#include "barrier.h"

void plain_lock(void);
void plain_unlock(void);
pthread_t plain_start(void *(*routine)(void *), void *arg);
void plain_end(pthread_t thread);

static struct barrier turn;
static int counter, careless;

static void *first(void *unused)
{
	plain_lock();
	counter++;
	plain_unlock();
	barrier_wait(&turn);
	return unused;
}

static void *second(void *unused)
{
	barrier_wait(&turn);
	if (!careless)
		plain_lock();
	counter++;
	if (!careless)
		plain_unlock();
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t one, two;

	(void)argv;
	careless = argc > 1;
	barrier_init(&turn, 2);
	one = plain_start(first, 0);
	two = plain_start(second, 0);
	plain_end(one);
	plain_end(two);
	printf("%d\n", counter);
	return 0;
}
