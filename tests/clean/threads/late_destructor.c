// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Code of an ending thread that runs behind what the detector takes for its end: the
// last round of a key destructor, in which threads come and go by the hundred, so that
// tids are used again and, with the runtime whose numbers soon run out, all is renumbered.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t
// RUN: %race_tiny_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_tiny_cc -O2 %s -o %t && %expect_clean %t

#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "barrier.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t key;
static struct barrier late, later, done;
static __thread char bytes[64];
static __thread int rounds;
static long handed_on;

__attribute__((noinline)) static void touch(int value)
{
	memset(bytes + 8, value, 40);
	pthread_mutex_lock(&lock);
	handed_on++;
	pthread_mutex_unlock(&lock);
	memset(bytes + 8, value, 40);
}

static void destroy(void *value)
{
	if (++rounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
		pthread_setspecific(key, value);
		return;
	}
	touch(1);
	for (int i = 0; i < 3; i++) {
		barrier_wait(&late);
		barrier_wait(&later);
		touch(2);
		touch(3);
	}
	barrier_wait(&done);
}

static void *ends(void *unused)
{
	pthread_setspecific(key, &key);
	touch(0);
	return unused;
}

static void *passes_by(void *block)
{
	touch(4);
	return block;
}

static void come_and_go(void)
{
	for (int i = 0; i < 100; i++) {
		pthread_t thread;

		pthread_create(&thread, 0, passes_by, 0);
		if (i & 1)
			pthread_join(thread, 0);
		else
			pthread_detach(thread);
	}
}

static void end_one(int detached)
{
	pthread_t thread;

	pthread_create(&thread, 0, ends, 0);
	if (detached)
		pthread_detach(thread);
	for (int i = 0; i < 3; i++) {
		barrier_wait(&late);
		come_and_go();
		barrier_wait(&later);
	}
	barrier_wait(&done);
	if (!detached)
		pthread_join(thread, 0);
}

int main(void)
{
	barrier_init(&late, 2);
	barrier_init(&later, 2);
	barrier_init(&done, 2);
	pthread_key_create(&key, destroy);
	end_one(0);
	end_one(1);
	return 0;
}
