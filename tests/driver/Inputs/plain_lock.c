/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * plain_lock.c - compiled without the detector: its lock and its thread are seen all the
 * same, its memory is not.
 */
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void plain_lock(void)
{
	pthread_mutex_lock(&mutex);
}

void plain_unlock(void)
{
	pthread_mutex_unlock(&mutex);
}

pthread_t plain_start(void *(*routine)(void *), void *arg)
{
	pthread_t thread;

	pthread_create(&thread, 0, routine, arg);
	return thread;
}

void plain_end(pthread_t thread)
{
	pthread_join(thread, 0);
}
