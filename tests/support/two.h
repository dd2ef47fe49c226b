/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * two.h - run_two(first, second): thread T1 runs first(), then thread T2 runs second(),
 * in this order on every run, though nothing that the detector knows of orders them.
 */
#ifndef RACE_TEST_TWO_H
#define RACE_TEST_TWO_H

#include <pthread.h>

#include "barrier.h"

static struct barrier two_turn;

static void *two_first(void *body)
{
	((void (*)(void))body)();
	barrier_wait(&two_turn);
	return 0;
}

static void *two_second(void *body)
{
	barrier_wait(&two_turn);
	((void (*)(void))body)();
	return 0;
}

static void run_two(void (*first)(void), void (*second)(void))
{
	pthread_t t1, t2;

	barrier_init(&two_turn, 2);
	pthread_create(&t1, 0, two_first, (void *)first);
	pthread_create(&t2, 0, two_second, (void *)second);
	pthread_join(t1, 0);
	pthread_join(t2, 0);
}

#endif
