// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Orders of locks that cannot hang: one for all, under a gate of any kind, of one thread
// alone, before its creation or behind its join, of readers, tried for with a way back,
// with an end to the wait, taken twice, of locks that are no more, hand over hand; and the
// child of a fork, in which the others' orders are past.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t

#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

#include "case.h"
#include "turns.h"

#define N 5

static pthread_mutex_t x, y, gate, recursive, fork_of[N], listed[10];
static pthread_rwlock_t table, other_table, gate_table;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void both(pthread_mutex_t *first, pthread_mutex_t *second)
{
	pthread_mutex_lock(first);
	pthread_mutex_lock(second);
	pthread_mutex_unlock(second);
	pthread_mutex_unlock(first);
}

static void either(int me)
{
	both(me ? &y : &x, me ? &x : &y);
}

void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);

/* Nobody uses them meanwhile, which the detector does not know. */
static void anew(void)
{
	AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
	pthread_mutex_destroy(&x);
	pthread_mutex_destroy(&y);
	pthread_mutex_init(&x, 0);
	pthread_mutex_init(&y, 0);
	AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
}

static void dine(int me)
{
	int left = me, right = (me + 1) % N;

	both(&fork_of[left < right ? left : right], &fork_of[left < right ? right : left]);
}

/* ---- gates ---- */

static void gated(int me)
{
	pthread_mutex_lock(&gate);
	either(me);
	pthread_mutex_unlock(&gate);
}

static void gated_by_try(int me)
{
	WANT(0, pthread_mutex_trylock(&gate));
	either(me);
	pthread_mutex_unlock(&gate);
}

/* Among others, that only one of them holds. */
static void gated_inside(int me)
{
	pthread_mutex_lock(me ? &fork_of[0] : &fork_of[1]);
	pthread_mutex_lock(&gate);
	pthread_mutex_lock(me ? &fork_of[2] : &fork_of[3]);
	either(me);
	pthread_mutex_unlock(me ? &fork_of[2] : &fork_of[3]);
	pthread_mutex_unlock(&gate);
	pthread_mutex_unlock(me ? &fork_of[0] : &fork_of[1]);
}

/* A writer is alone, whoever reads. */
static void gated_by_writer(int me)
{
	if (me)
		pthread_rwlock_wrlock(&gate_table);
	else
		pthread_rwlock_rdlock(&gate_table);
	either(me);
	pthread_rwlock_unlock(&gate_table);
}

/* Three locks; two of the three threads have the gate in common. */
static void gate_of_two(int me)
{
	static pthread_mutex_t of_three[3] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
					       PTHREAD_MUTEX_INITIALIZER };

	if (me)
		pthread_mutex_lock(&gate);
	both(&of_three[me], &of_three[(me + 1) % 3]);
	if (me)
		pthread_mutex_unlock(&gate);
}

/* ---- one thread ---- */

static void all_by_the_first(int me)
{
	if (!me) {
		either(0);
		either(1);
	} else {
		pthread_mutex_lock(&y);
		pthread_mutex_unlock(&y);
	}
}

static void *runs_either(void *me)
{
	either((int)(long)me);
	return 0;
}

static void after_join(void)
{
	pthread_t thread;
	void *mes[2] = { 0, (void *)1 };

	for (int i = 0; i < 10; i++) {
		either(1);
		pthread_create(&thread, 0, runs_either, mes[i & 1]);
		pthread_join(thread, 0);
		either(0);
	}
}

/* The thread's child, which it joins, too. */
static void *has_child(void *me)
{
	pthread_t thread;

	pthread_create(&thread, 0, runs_either, me);
	pthread_join(thread, 0);
	return 0;
}

static void after_grandchild(void)
{
	pthread_t thread;

	pthread_create(&thread, 0, has_child, 0);
	pthread_join(thread, 0);
	either(1);
}

/* In the child there is nobody else. */
static void forks(int me)
{
	if (!me) {
		either(0);
		return;
	}
	pid_t child = fork();
	int status;

	if (!child) {
		either(1);
		_exit(0);
	}
	WANT(child, waitpid(child, &status, 0));
	WANT(0, status);
}

/* ---- readers ---- */

static void reads(int me)
{
	pthread_rwlock_t *first = me ? &table : &other_table, *second = me ? &other_table : &table;

	pthread_rwlock_rdlock(first);
	pthread_rwlock_rdlock(second);
	pthread_rwlock_unlock(second);
	pthread_rwlock_unlock(first);
}

/* One waits for readers only: who writes the table holds nothing. */
static void read_inside(int me)
{
	if (me) {
		both(&x, &y);
		pthread_rwlock_rdlock(&table);
		pthread_mutex_lock(&x);
		pthread_mutex_unlock(&x);
		pthread_rwlock_unlock(&table);
	} else {
		pthread_mutex_lock(&x);
		pthread_rwlock_rdlock(&table);
		pthread_rwlock_unlock(&table);
		pthread_mutex_unlock(&x);
		pthread_rwlock_wrlock(&table);
		pthread_rwlock_unlock(&table);
	}
}

/* ---- ways back ---- */

static void backs_off(int me)
{
	pthread_mutex_t *first = me ? &x : &y, *second = me ? &y : &x;

	for (;;) {
		pthread_mutex_lock(first);
		if (pthread_mutex_trylock(second) == 0)
			break;
		pthread_mutex_unlock(first);
	}
	pthread_mutex_unlock(second);
	pthread_mutex_unlock(first);
}

static void with_an_end(int me)
{
	pthread_mutex_t *first = me ? &x : &y, *second = me ? &y : &x;

	pthread_mutex_lock(first);
	WANT(0, pthread_mutex_timedlock(second, LATER(CLOCK_REALTIME)));
	pthread_mutex_unlock(second);
	pthread_mutex_unlock(first);
}

/* ---- the same lock ---- */

static void twice(int me)
{
	pthread_mutex_lock(&recursive);
	pthread_mutex_lock(&x);
	pthread_mutex_lock(&recursive);
	pthread_mutex_unlock(&recursive);
	pthread_mutex_unlock(&x);
	pthread_mutex_unlock(&recursive);
	(void)me;
}

/* The wait gives x back first. */
static void waits(int me)
{
	pthread_mutex_lock(&x);
	WANT(ETIMEDOUT, pthread_cond_timedwait(&changed, &x, PAST(CLOCK_REALTIME)));
	pthread_mutex_lock(&y);
	pthread_mutex_unlock(&y);
	pthread_mutex_unlock(&x);
	(void)me;
}

static void hand_over_hand(int me)
{
	pthread_mutex_lock(&listed[0]);
	for (int i = 1; i < 10; i++) {
		pthread_mutex_lock(&listed[i]);
		pthread_mutex_unlock(&listed[i - 1]);
	}
	pthread_mutex_unlock(&listed[9]);
	(void)me;
}

/* ---- locks that are no more ---- */

static void destroyed(int me)
{
	either(me);
	anew();
}

/* A heap block freed with its locks in it, which need no end; the next one lies there. */
struct pair {
	pthread_mutex_t one, two;
};
static const struct pair new_pair = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };

static struct pair *kept;

static void freed(int me)
{
	struct pair *pair = __atomic_load_n(&kept, __ATOMIC_ACQUIRE);
	uint64_t was_there = (uint64_t)pair;

	free(pair);
	pair = malloc(sizeof(*pair));
	WANT(1, !was_there || (uint64_t)pair == was_there);
	*pair = new_pair;
	both(me ? &pair->two : &pair->one, me ? &pair->one : &pair->two);
	__atomic_store_n(&kept, pair, __ATOMIC_RELEASE);
}

/* On the stack of each thread, which is the next one's. */
static void *on_stack(void *me)
{
	struct pair pair = new_pair;

	both(me ? &pair.two : &pair.one, me ? &pair.one : &pair.two);
	return 0;
}

static void *detaches(void *unused)
{
	pthread_t thread;

	for (long i = 0; i < 8; i++) {
		pthread_create(&thread, 0, on_stack, (void *)(i & 1));
		pthread_join(thread, 0);
	}
	return unused;
}

/* Many locks, each with another inside, in no time: nothing is kept of them. */
static void many(int me)
{
	for (int i = 0; i < 20000; i++)
		freed(me);
}

int main(void)
{
	pthread_mutexattr_t attr;
	pthread_t thread;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&recursive, &attr);
	pthread_mutex_init(&x, 0);
	pthread_mutex_init(&y, 0);
	pthread_mutex_init(&gate, 0);
	for (int i = 0; i < N; i++)
		pthread_mutex_init(&fork_of[i], 0);
	for (int i = 0; i < 10; i++)
		pthread_mutex_init(&listed[i], 0);
	pthread_rwlock_init(&table, 0);
	pthread_rwlock_init(&other_table, 0);
	pthread_rwlock_init(&gate_table, 0);

	either(0); /* before there is a thread */
	run_turns(N, dine);
	anew();
	run_turns(2, gated);
	anew();
	run_turns(2, gated_by_try);
	anew();
	run_turns(2, gated_inside);
	anew();
	run_turns(2, gated_by_writer);
	anew();
	run_turns(3, gate_of_two);
	anew();
	run_turns(2, all_by_the_first);
	anew();
	after_join();
	anew();
	after_grandchild();
	anew();
	run_turns(2, forks);
	run_turns(2, reads);
	anew();
	run_turns(2, backs_off);
	anew();
	run_turns(2, with_an_end);
	anew();
	run_turns(2, twice);
	run_turns(2, waits);
	run_turns(2, hand_over_hand);
	run_turns(4, destroyed);
	run_turns(2, freed);
	pthread_create(&thread, 0, detaches, 0);
	pthread_join(thread, 0);
	run_turns(2, many);
	return 0;
}
