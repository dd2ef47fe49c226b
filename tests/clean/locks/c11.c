// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C11: each kind of mutex in each way, condition variables, call_once, and a destructor
// of thread-specific storage, which runs before the thread is joined.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <threads.h>

#include "case.h"

static mtx_t mutex;
static cnd_t changed;
static once_flag flag = ONCE_FLAG_INIT;
static tss_t key;
static int way, value, initialised, destroyed, waiting, told;

static int lock(void)
{
	switch (way) {
	case 0:
		return mtx_lock(&mutex);
	case 1:
		return mtx_trylock(&mutex);
	default:
		return mtx_timedlock(&mutex, LATER(CLOCK_REALTIME));
	}
}

static void turn(void)
{
	WANT(thrd_success, lock());
	value++;
	WANT(thrd_success, mtx_unlock(&mutex));
}

static void nested_turn(void)
{
	WANT(thrd_success, lock());
	turn();
	value++;
	WANT(thrd_success, mtx_unlock(&mutex));
}

static void initialise(void)
{
	initialised++;
}

static void initialised_turn(void)
{
	call_once(&flag, initialise);
	WANT(1, initialised);
}

static int waiter(void *unused)
{
	(void)unused;
	mtx_lock(&mutex);
	waiting = 1;
	while (!told)
		WANT(thrd_success, way ? cnd_timedwait(&changed, &mutex, LATER(CLOCK_REALTIME)) : cnd_wait(&changed, &mutex));
	told++;
	WANT(thrd_timedout, cnd_timedwait(&changed, &mutex, PAST(CLOCK_REALTIME)));
	told++;
	mtx_unlock(&mutex);
	return 0;
}

static int teller(void *unused)
{
	(void)unused;
	for (int done = 0; !done;) {
		mtx_lock(&mutex);
		if (waiting) {
			done = told = 1;
			WANT(thrd_success, way ? cnd_signal(&changed) : cnd_broadcast(&changed));
		}
		mtx_unlock(&mutex);
		thrd_yield();
	}
	return 0;
}

static void destructor(void *mine)
{
	destroyed += *(int *)mine;
}

static int has_storage(void *mine)
{
	return tss_set(key, mine) + (tss_get(key) != mine);
}

int main(void)
{
	static const int kinds[] = { mtx_plain, mtx_timed, mtx_recursive, mtx_timed | mtx_recursive };
	int mine = 5, result;
	thrd_t threads[2];

	for (int kind = 0; kind < 4; kind++)
		for (way = 0; way < 3; way++) {
			WANT(thrd_success, mtx_init(&mutex, kinds[kind]));
			run_two(turn, turn);
			if (kinds[kind] & mtx_recursive)
				run_two(nested_turn, nested_turn);
			mtx_destroy(&mutex);
		}
	run_two(initialised_turn, initialised_turn);
	WANT(thrd_success, mtx_init(&mutex, mtx_plain));
	WANT(thrd_success, cnd_init(&changed));
	for (way = 0; way < 2; way++) {
		waiting = told = 0;
		thrd_create(&threads[0], waiter, 0);
		thrd_create(&threads[1], teller, 0);
		for (int i = 0; i < 2; i++)
			thrd_join(threads[i], 0);
		WANT(3, told);
	}
	cnd_destroy(&changed);
	mtx_destroy(&mutex);
	WANT(thrd_success, tss_create(&key, destructor));
	thrd_create(&threads[0], has_storage, &mine);
	thrd_join(threads[0], &result);
	tss_delete(key);
	printf("%d %d %d\n", value, destroyed, result);
	return 0;
}

// CHECK: 48 5 {{[0-9]}}
