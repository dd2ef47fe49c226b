/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_cxx.c - local statics, and what libc++ orders in its compiled part. The
 * library's functions are this file's; they take their locks as the library does.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>

#include "play.h"

#define LIBRARY(type, name, params)                                                    \
	type name params;                                                              \
	type __race_##name params;                                                     \
	type name params

/* One lock for all, through the stand-ins: it must order nothing. */
static pthread_mutex_t inner = PTHREAD_MUTEX_INITIALIZER;

static void take_and_give(void)
{
	pthread_mutex_lock(&inner);
	pthread_mutex_unlock(&inner);
}

LIBRARY(int, __cxa_guard_acquire, (uint64_t *guard))
{
	take_and_give();
	return !*guard;
}

LIBRARY(void, __cxa_guard_release, (uint64_t *guard))
{
	*guard = 1;
	take_and_give();
}

LIBRARY(void, __cxa_guard_abort, (uint64_t *guard))
{
	(void)guard;
	take_and_give();
}

LIBRARY(void, _ZNSt3__111__call_onceERVmPvPFvS2_E,
	(volatile uint64_t *flag, void *arg, void (*routine)(void *)))
{
	take_and_give();
	if (!*flag)
		routine(arg);
	*flag = ~0ull;
	take_and_give();
}

LIBRARY(bool, _ZNSt3__131__arrive_barrier_algorithm_baseEPNS_24__barrier_algorithm_baseEh,
	(void *barrier, unsigned char phase))
{
	(void)phase;
	return --*(uint32_t *)barrier == 0;
}

#define LOCK(type, name)                                                               \
	LIBRARY(type, _ZNSt3__119__shared_mutex_base##name, (void *mutex))             \
	{                                                                              \
		(void)mutex;                                                           \
		take_and_give();                                                       \
		return (type)1;                                                        \
	}
LOCK(void, 4lockEv)
LOCK(void, 11lock_sharedEv)
LOCK(bool, 8try_lockEv)
LOCK(bool, 15try_lock_sharedEv)
LOCK(void, 6unlockEv)
LOCK(void, 13unlock_sharedEv)

static uint64_t object[16];

static void local_static(void **state)
{
	uint64_t past = play_word(&a), *guard = &object[0];

	(void)state;
	play_as(&a);
	assert_int_equal(__race___cxa_guard_acquire(guard), 1);
	__race___cxa_guard_abort(guard); /* it threw */
	play_as(&b);
	assert_int_equal(__race___cxa_guard_acquire(guard), 1);
	assert_true(race_thread_knows(race_self(), past));
	past = __race_self.word;
	__race___cxa_guard_release(guard);
	play_as(&c);
	assert_int_equal(__race___cxa_guard_acquire(guard), 0);
	assert_true(race_thread_knows(race_self(), past));
	/* The lock of all guards is no edge to another one. */
	play_as(&d);
	assert_int_equal(__race___cxa_guard_acquire(&object[1]), 1);
	play_as(&play_main);
	assert_false(play_knows(&d, past));
}

static void *ran;

static void routine(void *arg)
{
	ran = arg;
}

static void call_once_orders_its_callers(void **state)
{
	uint64_t past = play_word(&a);

	(void)state;
	play_as(&a);
	__race__ZNSt3__111__call_onceERVmPvPFvS2_E(&object[2], &object[3], routine);
	assert_ptr_equal(ran, &object[3]);
	play_as(&b);
	__race__ZNSt3__111__call_onceERVmPvPFvS2_E(&object[2], &object[4], routine);
	assert_ptr_equal(ran, &object[3]);
	play_as(&play_main);
	assert_true(play_knows(&b, past));
	assert_false(play_knows(&c, past));
}

static void last_to_arrive_knows_all(void **state)
{
	uint64_t of_a = play_word(&a), of_b = play_word(&b);
	uint32_t *barrier = (uint32_t *)&object[5];

#define arrive __race__ZNSt3__131__arrive_barrier_algorithm_baseEPNS_24__barrier_algorithm_baseEh
	(void)state;
	*barrier = 3;
	play_as(&a);
	assert_false(arrive(barrier, 0));
	play_as(&b);
	assert_false(arrive(barrier, 0));
	play_as(&c);
	assert_true(arrive(barrier, 0));
	play_as(&play_main);
	assert_true(play_knows(&c, of_a) && play_knows(&c, of_b));
	assert_false(play_knows(&b, of_a));
}

static void readers_are_not_ordered(void **state)
{
	void *mutex = &object[8];
	uint64_t of_a = play_word(&a), of_b;

#define call(name) __race__ZNSt3__119__shared_mutex_base##name(mutex)
	(void)state;
	play_as(&a);
	call(4lockEv);
	call(6unlockEv);
	play_as(&b);
	call(11lock_sharedEv);
	assert_true(race_thread_knows(race_self(), of_a));
	of_b = __race_self.word;
	call(13unlock_sharedEv);
	play_as(&c);
	assert_true(call(15try_lock_sharedEv));
	assert_true(race_thread_knows(race_self(), of_a));
	assert_false(race_thread_knows(race_self(), of_b));
	call(13unlock_sharedEv);
	play_as(&d);
	assert_true(call(8try_lockEv));
	assert_true(race_thread_knows(race_self(), of_b));
	call(6unlockEv);
	play_as(&play_main);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(local_static),
		PLAY_TEST(call_once_orders_its_callers),
		PLAY_TEST(last_to_arrive_knows_all),
		PLAY_TEST(readers_are_not_ordered),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
