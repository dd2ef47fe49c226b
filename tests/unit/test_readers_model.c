/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_readers_model.c - pages that are the readers' (owner.h), small and whole: two threads
 * that renew a cell of one granule each, and one that changes both cells, step by step in
 * every order. Nothing is lost, and of a renewal and a change one sees the other. Without any
 * part of the protocol some order does lose something.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define THREADS 3
#define BUFFERED 4
#define MODEL_BUFFER uint8_t buffered; struct { uint8_t variable, value; } buffer[BUFFERED]

enum { MOVING, EVERYBODY, READERS };
enum variable { OWNER, CELL0, CELL1, TURNS, BUSY0, VARIABLES = BUSY0 + THREADS };
enum step { BEGIN, READ0, READ1, LOOK, CHECK0, CHECK1, STORE, EXCHANGE, CLOSE, AGAIN, NOTE, CLAIM, BARRIER, WAIT,
	    PASS, OVER };

/* Threads 0 and 1 renew cells 0 and 1; thread 2 changes both. */
#define WRITER 2

struct thread {
	uint8_t at, todo, seen[2], owner, from, awaits;
	uint8_t saw[2]; /* what it saw at its last change */
	MODEL_BUFFER;
};

#include "model.h"

static struct play {
	uint8_t changes[THREADS];
	uint8_t first;      /* whose the page is */
	uint8_t turns_most; /* how often it may become the readers' */
	bool no_barrier, no_wait, no_moving, no_check, stores_more;
} play;

static bool wrong; /* a change is lost, or of two neither has seen the other */

/* A renewal adds to the low half of its cell, a change to the upper halves of both. */
#define RENEWED 0x01
#define CHANGED 0x10

static bool renews(int me)
{
	return me != WRITER;
}

static void exchange(struct state *s, int me, struct thread *t)
{
	t->at = AGAIN;
	if (s->memory[CELL0] != t->seen[0] || s->memory[CELL1] != t->seen[1])
		return;
	memcpy(t->saw, t->seen, sizeof(t->saw));
	if (renews(me))
		s->memory[CELL0 + me] += RENEWED;
	else
		s->memory[CELL0] += CHANGED, s->memory[CELL1] += CHANGED;
	t->at = CLOSE;
}

static void ask(struct thread *t, uint8_t from)
{
	t->from = from;
	t->awaits = (1 << THREADS) - 1;
	t->at = CLAIM;
}

/* One step of a thread. False: it cannot go on now. */
static bool take_step(struct state *s, int me)
{
	struct thread *t = &s->thread[me];
	uint8_t closed = 0;

	if (t->buffered == BUFFERED)
		return false;
	switch (t->at) {
	case BEGIN:
		store(s, me, BUSY0 + me, 1);
		t->at = READ0;
		return true;
	case READ0:
	case READ1:
		t->seen[t->at - READ0] = load(s, me, CELL0 + t->at - READ0);
		t->at++;
		return true;
	case LOOK:
		t->owner = load(s, me, OWNER);
		if (t->owner == EVERYBODY)
			t->at = EXCHANGE;
		else if (t->owner == READERS && (renews(me) || play.stores_more))
			t->at = play.no_check ? STORE : CHECK0;
		else
			t->at = AGAIN;
		return true;
	case CHECK0: /* it may have become the readers' since the cells were read */
	case CHECK1:
		t->at = t->seen[t->at - CHECK0] == load(s, me, CELL0 + t->at - CHECK0) ? t->at + 1 :
											 AGAIN;
		return true;
	case STORE:
		memcpy(t->saw, t->seen, sizeof(t->saw));
		if (renews(me))
			store(s, me, CELL0 + me, t->seen[me] + RENEWED);
		else
			store(s, me, CELL0, t->seen[0] + CHANGED), store(s, me, CELL1, t->seen[1] + CHANGED);
		t->at = CLOSE;
		return true;
	case EXCHANGE:
		if (t->buffered)
			return false;
		exchange(s, me, t);
		return true;
	case CLOSE:
	case AGAIN:
		store(s, me, BUSY0 + me, 0);
		t->todo -= t->at == CLOSE;
		if (t->at == CLOSE && renews(me) && t->owner == EVERYBODY)
			t->at = NOTE;
		else if (t->at == AGAIN && t->owner == READERS && !renews(me))
			ask(t, READERS);
		else
			t->at = t->todo ? BEGIN : OVER;
		return true;
	case NOTE: /* it has seen enough renewals, or not */
		t->at = t->todo ? BEGIN : OVER;
		if (s->memory[TURNS] < play.turns_most)
			ask(t, EVERYBODY);
		return true;
	case CLAIM:
		if (t->buffered)
			return false;
		t->at = t->todo ? BEGIN : OVER;
		if (s->memory[OWNER] != t->from)
			return true;
		if (!play.no_moving)
			s->memory[OWNER] = MOVING;
		s->memory[TURNS] += t->from == EVERYBODY;
		t->at = BARRIER;
		return true;
	case BARRIER:
		/* In every other thread, at some moment between beginning and end. */
		if (t->awaits && !play.no_barrier)
			return false;
		t->awaits = (uint8_t)(((1 << THREADS) - 1) & ~(1 << me));
		t->at = WAIT;
		return true;
	case WAIT:
		for (int i = 0; i < THREADS; i++)
			if (!s->memory[BUSY0 + i] || play.no_wait)
				closed |= (uint8_t)(1 << i);
		if (t->awaits && !(t->awaits & closed))
			return false;
		t->awaits &= (uint8_t)~closed;
		t->at = t->awaits ? WAIT : PASS;
		return true;
	case PASS:
		store(s, me, OWNER, t->from == READERS ? EVERYBODY : READERS);
		t->at = t->todo ? BEGIN : OVER;
		return true;
	default:
		return false;
	}
}

static void forget(struct thread *t)
{
	if (t->at == BEGIN || t->at == OVER)
		t->seen[0] = t->seen[1] = t->owner = t->from = t->awaits = 0;
}

static bool is_in_barrier(const struct thread *t)
{
	return t->at == BARRIER;
}

static void judge(const struct state *s)
{
	const struct thread *t = s->thread;

	for (int i = 0; i < 2; i++) {
		wrong |= s->memory[CELL0 + i] !=
			 play.changes[i] * RENEWED + play.changes[WRITER] * CHANGED;
		if (play.changes[i] == 1 && play.changes[WRITER] == 1)
			wrong |= !(t[i].saw[i] & 0xf0) && !(t[WRITER].saw[i] & 0x0f);
	}
}

/* Returns whether nothing is lost, nor unseen, in any order. */
static bool holds(void)
{
	struct state first;

	memset(&first, 0, sizeof(first));
	for (int i = 0; i < THREADS; i++) {
		first.thread[i].todo = play.changes[i];
		first.thread[i].at = play.changes[i] ? BEGIN : OVER;
	}
	first.memory[OWNER] = play.first;
	wrong = false;
	go_through(&first, &wrong);
	return !wrong;
}

static const struct play plays[] = {
	{ .changes = { 1, 1, 1 }, .first = READERS },
	{ .changes = { 1, 1, 1 }, .first = EVERYBODY, .turns_most = 1 },
	{ .changes = { 2, 0, 1 }, .first = READERS, .turns_most = 1 },
	{ .changes = { 1, 0, 2 }, .first = EVERYBODY, .turns_most = 2 },
	{ .changes = { 2, 2, 0 }, .first = EVERYBODY, .turns_most = 1 },
};
#define PLAYS (sizeof(plays) / sizeof(plays[0]))

static void nothing_is_lost_or_unseen(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLAYS; i++) {
		play = plays[i];
		assert_true(holds());
	}
}

/* Without it one of the plays fails, at least. */
static void check_needed(size_t part)
{
	bool all = true;

	for (size_t i = 0; i < PLAYS && all; i++) {
		play = plays[i];
		*((bool *)&play + part) = true;
		all = holds();
	}
	assert_false(all);
}

static void each_part_is_needed(void **state)
{
	(void)state;
	check_needed(offsetof(struct play, no_barrier));
	check_needed(offsetof(struct play, no_wait));
	check_needed(offsetof(struct play, no_moving));
	check_needed(offsetof(struct play, no_check));
	check_needed(offsetof(struct play, stores_more));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost_or_unseen),
		cmocka_unit_test(each_part_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
