/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sync.c - what one synchronising step costs in a process with two threads, one of which
 * sleeps: a line for each, "name ns", in CPU time of the process.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#define LOCKS 1000

static pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER, inner = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t many[LOCKS];
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static _Alignas(64) _Atomic long word;
static sem_t end;

static void lock(long i)
{
	(void)i;
	pthread_mutex_lock(&inner);
	pthread_mutex_unlock(&inner);
}

static void lock_two(long i)
{
	(void)i;
	pthread_mutex_lock(&outer);
	pthread_mutex_lock(&inner);
	pthread_mutex_unlock(&inner);
	pthread_mutex_unlock(&outer);
}

static void lock_many(long i)
{
	pthread_mutex_lock(&outer);
	pthread_mutex_lock(&many[i % LOCKS]);
	pthread_mutex_unlock(&many[i % LOCKS]);
	pthread_mutex_unlock(&outer);
}

static void lock_new(long i)
{
	pthread_mutex_t made;

	(void)i;
	pthread_mutex_init(&made, NULL);
	pthread_mutex_lock(&outer);
	pthread_mutex_lock(&made);
	pthread_mutex_unlock(&made);
	pthread_mutex_unlock(&outer);
	pthread_mutex_destroy(&made);
}

static void read_lock(long i)
{
	(void)i;
	pthread_rwlock_rdlock(&table);
	pthread_rwlock_unlock(&table);
}

static void load(long i)
{
	(void)i;
	(void)atomic_load_explicit(&word, memory_order_acquire);
}

static void store(long i)
{
	atomic_store_explicit(&word, i, memory_order_release);
}

static void add(long i)
{
	atomic_fetch_add_explicit(&word, i, memory_order_acq_rel);
}

static void *nothing(void *unused)
{
	return unused;
}

static void create(long i)
{
	pthread_t thread;

	(void)i;
	pthread_create(&thread, NULL, nothing, NULL);
	pthread_join(thread, NULL);
}

static const struct {
	const char *name;
	void (*step)(long);
	long times;
} steps[] = {
	{ "lock_unlock", lock, 500000 },
	{ "two_nested_locks", lock_two, 250000 },
	{ "1000_locks_under_one", lock_many, 250000 },
	{ "new_lock_under_one", lock_new, 250000 },
	{ "read_lock_unlock", read_lock, 500000 },
	{ "acquire_load", load, 2000000 },
	{ "release_store", store, 500000 },
	{ "fetch_add", add, 500000 },
	{ "create_join", create, 2000 },
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * 1e9 + time.tv_nsec;
}

static void *sleeper(void *unused)
{
	while (sem_wait(&end))
		;
	return unused;
}

int main(void)
{
	pthread_t thread;

	sem_init(&end, 0, 0);
	for (int i = 0; i < LOCKS; i++)
		pthread_mutex_init(&many[i], NULL);
	pthread_create(&thread, NULL, sleeper, NULL);
	store(1); /* so that a load asks for the clock that was released */
	for (unsigned s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
		double start;

		for (long i = 0; i < steps[s].times / 10; i++)
			steps[s].step(i);
		start = now();
		for (long i = 0; i < steps[s].times; i++)
			steps[s].step(i);
		printf("%s %.1f\n", steps[s].name, (now() - start) / steps[s].times);
	}
	sem_post(&end);
	pthread_join(thread, NULL);
	return 0;
}
