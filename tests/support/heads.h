/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * heads.h - SEQUENCE(name, first, second, third, last): what threads do to `flag`, in this
 * order though nothing that the detector knows of orders them, but for what is done to
 * `other`. The first and the third are of the same thread. RUN(name) does it. A report
 * names the functions name_first() to name_last().
 */
#ifndef RACE_TEST_HEADS_H
#define RACE_TEST_HEADS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "barrier.h"

#define ADD(object, order) atomic_fetch_add_explicit(&object, 1, memory_order_##order)
#define STORE(object, order) atomic_store_explicit(&object, 1, memory_order_##order)
#define LOAD(object, order) atomic_load_explicit(&object, memory_order_##order)
#define FENCE(order) atomic_thread_fence(memory_order_##order)

struct sequence {
	void (*step[4])(void);
};

static struct barrier sequence_turn;
static atomic_int flag, other;

/* Steps 0 and 2, 1, 3. */
static void *sequence_run(const struct sequence *sequence, unsigned steps)
{
	for (int i = 0; i < 4; i++) {
		if (steps >> i & 1)
			sequence->step[i]();
		barrier_wait(&sequence_turn);
	}
	return 0;
}

static void *sequence_heads(void *sequence)
{
	return sequence_run((struct sequence *)sequence, 5);
}

static void *sequence_adds(void *sequence)
{
	return sequence_run((struct sequence *)sequence, 2);
}

static void *sequence_takes(void *sequence)
{
	return sequence_run((struct sequence *)sequence, 8);
}

static void sequence_all(struct sequence *sequence)
{
	pthread_t threads[3];

	barrier_init(&sequence_turn, 3);
	pthread_create(&threads[0], 0, sequence_heads, sequence);
	pthread_create(&threads[1], 0, sequence_adds, sequence);
	pthread_create(&threads[2], 0, sequence_takes, sequence);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], 0);
}

#define SEQUENCE(name, first, second, third, last)                                     \
	static void name##_first(void) { first; }                                      \
	static void name##_second(void) { second; }                                    \
	static void name##_third(void) { third; }                                      \
	static void name##_last(void) { last; }

#define RUN(name)                                                                      \
	sequence_all(&(struct sequence){                                               \
		{ name##_first, name##_second, name##_third, name##_last } })

#endif
