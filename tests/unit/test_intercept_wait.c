/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_wait.c - barriers and condition variables: real threads that wait for
 * each other, and what they know when they go on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <threads.h>
#include <time.h>

#include <cmocka.h>

#include "play.h"

static struct timespec soon(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	time.tv_sec += 1000;
	return time;
}

#define REALTIME ({ static struct timespec t; t = soon(CLOCK_REALTIME); &t; })
#define MONOTONIC ({ static struct timespec t; t = soon(CLOCK_MONOTONIC); &t; })

static pthread_barrier_t barrier;
static uint64_t round_word[3][2];
static uint32_t wrong;

static void *goes_round(void *number)
{
	uintptr_t me = (uintptr_t)number;

	for (int round = 0; round < 3; round++) {
		uint64_t other;

		race_store(&round_word[round][me], __race_self.word);
		pthread_barrier_wait(&barrier);
		other = race_load(&round_word[round][1 - me]);
		if (!race_thread_knows(race_self(), other))
			race_store(&wrong, 1);
	}
	return NULL;
}

static void barrier_orders_both_ways(void **state)
{
	pthread_t thread[2];

	(void)state;
	pthread_barrier_init(&barrier, NULL, 2);
	for (uintptr_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, goes_round, (void *)i), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&barrier);
	assert_int_equal(wrong, 0);
}

/* A later round's arrival is not this round's: with one clock for all it would be. */
static void rounds_are_kept_apart(void **state)
{
	uint64_t past = play_word(&a);

	(void)state;
	pthread_barrier_init(&barrier, NULL, 1);
	for (int i = 0; i < 2; i++) {
		play_as(i ? &b : &a);
		assert_int_equal(pthread_barrier_wait(&barrier), PTHREAD_BARRIER_SERIAL_THREAD);
	}
	play_as(&play_main);
	assert_false(play_knows(&b, past));
	pthread_barrier_destroy(&barrier);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static mtx_t mtx;
static cnd_t cnd;
static bool told;
static uint64_t teller_word;

static int wait_in(int way)
{
	switch (way) {
	case 0:
		return pthread_cond_wait(&cond, &mutex);
	case 1:
		return pthread_cond_timedwait(&cond, &mutex, REALTIME);
	case 2:
		return pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, MONOTONIC);
	case 3:
		return cnd_wait(&cnd, &mtx);
	default:
		return cnd_timedwait(&cnd, &mtx, REALTIME);
	}
}

/* It can have the mutex only while main waits. */
static void *tell(void *way)
{
	bool c11 = (intptr_t)way >= 3;

	c11 ? mtx_lock(&mtx) : pthread_mutex_lock(&mutex);
	told = true;
	teller_word = __race_self.word;
	c11 ? cnd_signal(&cnd) : pthread_cond_signal(&cond);
	c11 ? mtx_unlock(&mtx) : pthread_mutex_unlock(&mutex);
	return NULL;
}

static void wait_learns_with_the_mutex(void **state)
{
	(void)state;
	mtx_init(&mtx, mtx_plain);
	cnd_init(&cnd);
	for (intptr_t way = 0; way < 5; way++) {
		uint64_t past = __race_self.word;
		pthread_t thread;

		told = false;
		way >= 3 ? mtx_lock(&mtx) : pthread_mutex_lock(&mutex);
		assert_int_equal(pthread_create(&thread, NULL, tell, (void *)way), 0);
		while (!told)
			assert_int_equal(wait_in((int)way), 0);
		assert_true(race_thread_knows(race_self(), teller_word));
		assert_true(__race_self.word > past + RACE_EPOCH_ONE); /* it released */
		way >= 3 ? mtx_unlock(&mtx) : pthread_mutex_unlock(&mutex);
		pthread_join(thread, NULL);
	}
}

static void unlock(void *lock)
{
	pthread_mutex_unlock(lock);
}

static void *cancelled_in_wait(void *past)
{
	pthread_mutex_lock(&mutex);
	race_store((uint64_t *)past, __race_self.word);
	pthread_cleanup_push(unlock, &mutex);
	for (;;)
		pthread_cond_wait(&cond, &mutex);
	pthread_cleanup_pop(0);
	return NULL;
}

/* The mutex that a cancelled wait takes again is released by its cleanup handler. */
static void cancelled_wait_hands_the_mutex_on(void **state)
{
	uint64_t past = 0;
	pthread_t thread;
	void *result;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, cancelled_in_wait, &past), 0);
	while (!race_load(&past))
		thrd_yield();
	pthread_mutex_lock(&mutex); /* it waits by now */
	assert_true(race_thread_knows(race_self(), past));
	pthread_mutex_unlock(&mutex);
	assert_int_equal(pthread_cancel(thread), 0);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, PTHREAD_CANCELED);
	assert_int_equal(pthread_mutex_trylock(&mutex), 0);
	pthread_mutex_unlock(&mutex);
}

/* A wait that comes to nothing has released and learned all the same. */
static void timed_out_wait_says_so(void **state)
{
	struct timespec past = { .tv_sec = 1 };

	(void)state;
	pthread_mutex_lock(&mutex);
	assert_int_equal(pthread_cond_timedwait(&cond, &mutex, &past), ETIMEDOUT);
	assert_int_equal(pthread_mutex_unlock(&mutex), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(barrier_orders_both_ways),
		PLAY_TEST(rounds_are_kept_apart),
		cmocka_unit_test(wait_learns_with_the_mutex),
		cmocka_unit_test(cancelled_wait_hands_the_mutex_on),
		cmocka_unit_test(timed_out_wait_says_so),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
