/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * turns.h - run_turns(n, body): n threads are created, then the first runs body(0), then
 * the second body(1), and so on, though nothing that the detector knows of orders them.
 */
#ifndef RACE_TEST_TURNS_H
#define RACE_TEST_TURNS_H

#include <pthread.h>

#include "barrier.h"

#define TURNS_MOST 64

struct turn {
	void (*body)(int me);
	int me, all;
};

static struct barrier turns_barrier;

static void *turn_take(void *arg)
{
	struct turn *turn = (struct turn *)arg;

	for (int i = 0; i < turn->me; i++)
		barrier_wait(&turns_barrier);
	turn->body(turn->me);
	for (int i = turn->me; i < turn->all; i++)
		barrier_wait(&turns_barrier);
	return 0;
}

static void run_turns(int all, void (*body)(int me))
{
	pthread_t thread[TURNS_MOST];
	struct turn turn[TURNS_MOST];

	barrier_init(&turns_barrier, (unsigned)all);
	for (int i = 0; i < all; i++) {
		turn[i].body = body;
		turn[i].me = i;
		turn[i].all = all;
		pthread_create(&thread[i], 0, turn_take, &turn[i]);
	}
	for (int i = 0; i < all; i++)
		pthread_join(thread[i], 0);
}

#endif
