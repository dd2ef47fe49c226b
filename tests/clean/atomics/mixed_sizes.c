// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomics of different sizes that share bytes: C has no word for it, the machine orders
// them, and programs rely on it (a lock word whose owner's byte is stored, a pair of
// counters that is read whole). What is released in one is acquired in the other.
//
// RUN: %race_cc -O0 -w -mcx16 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 -w -mcx16 %s -o %t && %expect_clean %t

#include <pthread.h>

#include "barrier.h"

#define AT(type, offset) ((volatile type *)(memory + (offset)))
#define STORE(type, offset, order) __atomic_store_n(AT(type, offset), 1, __ATOMIC_##order)
#define LOAD(type, offset, order) (void)__atomic_load_n(AT(type, offset), __ATOMIC_##order)
#define ADD(type, offset, order) __atomic_fetch_add(AT(type, offset), 1, __ATOMIC_##order)

// What another does between the two: nothing, or it stores something of its own.
#define CASE(name, offer, between, take)                                               \
	static _Alignas(16) char name##_memory[32];                                    \
	static int name##_data;                                                        \
	static void name##_first(void)                                                 \
	{                                                                              \
		char *memory = name##_memory;                                          \
                                                                                       \
		name##_data = 1;                                                       \
		offer;                                                                 \
	}                                                                              \
	static void name##_between(void)                                               \
	{                                                                              \
		char *memory = name##_memory;                                          \
                                                                                       \
		between;                                                               \
	}                                                                              \
	static void name##_second(void)                                                \
	{                                                                              \
		char *memory = name##_memory;                                          \
                                                                                       \
		take;                                                                  \
		name##_data = 2;                                                       \
	}

CASE(upper, STORE(long, 0, RELEASE), , LOAD(int, 4, ACQUIRE))
CASE(lower, STORE(long, 0, RELEASE), , LOAD(int, 0, ACQUIRE))
CASE(whole, STORE(char, 3, RELEASE), , LOAD(int, 0, ACQUIRE))
CASE(word, STORE(short, 6, RELEASE), , ADD(long, 0, ACQ_REL))
CASE(wide, STORE(__int128, 0, RELEASE), , LOAD(long, 8, ACQUIRE))
CASE(wide_end, STORE(__int128, 0, RELEASE), , LOAD(short, 14, ACQUIRE))
CASE(wide_whole, STORE(int, 8, RELEASE), , LOAD(__int128, 0, ACQUIRE))
CASE(other_half, STORE(int, 0, RELEASE), STORE(int, 4, RELAXED), LOAD(long, 0, ACQUIRE))
CASE(other_part, STORE(long, 0, RELEASE), STORE(int, 0, RELAXED), LOAD(long, 0, ACQUIRE))
CASE(continued, STORE(int, 4, RELEASE), ADD(long, 0, RELAXED), LOAD(int, 4, ACQUIRE))
CASE(fenced, STORE(int, 4, RELEASE), , LOAD(long, 0, RELAXED); __atomic_thread_fence(__ATOMIC_ACQUIRE))
CASE(known_before, LOAD(int, 4, ACQUIRE); STORE(long, 0, RELEASE), LOAD(int, 4, RELAXED),
     LOAD(int, 4, ACQUIRE))

#define RUN(name) run_three(name##_first, name##_between, name##_second)

static void (*bodies[3])(void);
static struct barrier turn[2];

static void *runs(void *number)
{
	long n = (long)number;

	if (n)
		barrier_wait(&turn[n - 1]);
	bodies[n]();
	if (n < 2)
		barrier_wait(&turn[n]);
	return 0;
}

static void run_three(void (*first)(void), void (*between)(void), void (*second)(void))
{
	pthread_t threads[3];

	bodies[0] = first, bodies[1] = between, bodies[2] = second;
	for (long i = 0; i < 2; i++)
		barrier_init(&turn[i], 2);
	for (long i = 0; i < 3; i++)
		pthread_create(&threads[i], 0, runs, (void *)i);
	for (long i = 0; i < 3; i++)
		pthread_join(threads[i], 0);
}

int main(void)
{
	RUN(upper);
	RUN(lower);
	RUN(whole);
	RUN(word);
	RUN(wide);
	RUN(wide_end);
	RUN(wide_whole);
	RUN(other_half);
	RUN(other_part);
	RUN(continued);
	RUN(fenced);
	RUN(known_before);
	return 0;
}
