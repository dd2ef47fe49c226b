/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_owner_model.c - the protocol of owner.h, small and whole: threads that change one
 * granule of one page, step by step in every order, with a store buffer for each thread
 * as x86 has it. No change may be lost, nobody may wait for ever. And each part of the
 * protocol is needed: without it some order loses a change.
 *
 * A change reads (c0, c1) and makes (c0 with its own bit, c1 + 1) of it. Who wants the page
 * of another either has it moved or gives the other a new name; both are tried.
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
#define BUFFERED 6
#define MODEL_BUFFER uint8_t buffered; struct { uint8_t variable, value; } buffer[BUFFERED]

/* Owners, beside names: of slot S after N renamings, S + 4 N. */
enum { NOBODY = 0, SLOTS = 4, MOVING = 0xfe, EVERYBODY = 0xff };
/* CALLED: the name a thread goes by; TOLD: the one that all may know of a slot. */
enum variable { OWNER, MOVES, CELL0, CELL1, RENAMING, BUSY0, CALLED0 = BUSY0 + THREADS,
		TOLD0 = CALLED0 + THREADS, VARIABLES = TOLD0 + SLOTS };
enum step { BORN, BEGIN, LOOK_FIRST, READ0, READ1, LOOK, STORE0, STORE1, EXCHANGE, CLOSE, AGAIN,
	    TAKE, CLAIM, ASK, BARRIER, WAIT, COUNT, PASS, RENAME, CALL, CALL_BARRIER, CALL_WAIT, OVER };

struct thread {
	uint8_t at, todo, seen0, seen1, owner, awaits, moves;
	MODEL_BUFFER;
};

#include "model.h"

/* What is tried: who takes part, and which part of the protocol is left out. */
static struct play {
	uint8_t changes[THREADS]; /* how many each makes */
	uint8_t slot[THREADS];
	bool renames[THREADS];     /* instead of having the page moved */
	bool looks_first[THREADS]; /* at the owner before the cells, as C does */
	bool after_first[THREADS]; /* is born when thread 0 has ended */
	uint8_t first; /* whose the page is */
	uint8_t moves_most, names_most;
	bool no_barrier, no_wait, no_moving, no_window, plain_for_all, told_early, told_once, newer_is_free;
} play;

static bool lost;

/* ---- the protocol ---- */

/* Another thread that lives in the slot of this name. */
static bool lives(const struct state *s, int me, uint8_t name, int *who)
{
	for (int i = 0; i < THREADS; i++)
		if (i != me && play.slot[i] == name % SLOTS && s->thread[i].at != BORN &&
		    (s->thread[i].at != OVER || s->thread[i].buffered)) {
			*who = i;
			return true;
		}
	return false;
}

static uint8_t own_bit(int me, const struct thread *t)
{
	return (uint8_t)(1 << (me * 2 + (t->todo - 1)));
}

static void after_look(const struct state *s, struct thread *t, int me, int if_mine)
{
	uint8_t name = load(s, me, CALLED0 + me);

	if (play.plain_for_all && t->owner == EVERYBODY)
		t->owner = name;
	if (t->owner == name || t->owner == EVERYBODY)
		t->at = (uint8_t)(if_mine == LOOK && t->owner == EVERYBODY ? EXCHANGE :
		                  if_mine == LOOK                       ? STORE0 :
		                                                          if_mine);
	else
		t->at = AGAIN;
}

/* The thread of the old name, this one too, goes by the next one. */
static bool calls_anew(struct state *s, int me, const struct thread *t)
{
	int who;

	if (s->memory[CALLED0 + me] == t->owner)
		s->memory[CALLED0 + me] += SLOTS;
	if (!lives(s, me, t->owner, &who) || s->memory[CALLED0 + who] != t->owner)
		return false;
	s->memory[CALLED0 + who] += SLOTS;
	return true;
}

/* One step of a thread. False: it cannot go on now. */
static bool take_step(struct state *s, int me)
{
	struct thread *t = &s->thread[me];
	uint8_t told;
	int who;

	if (t->buffered == BUFFERED)
		return false;
	switch (t->at) {
	case BORN:
		if (play.after_first[me] && (s->thread[0].at != OVER || s->thread[0].buffered))
			return false;
		s->memory[CALLED0 + me] = s->memory[TOLD0 + play.slot[me]];
		t->at = BEGIN;
		return true;
	case BEGIN:
		if (!play.no_window)
			store(s, me, BUSY0 + me, 1);
		t->at = play.looks_first[me] ? LOOK_FIRST : READ0;
		return true;
	case LOOK_FIRST:
		t->owner = load(s, me, OWNER);
		after_look(s, t, me, READ0);
		return true;
	case READ0:
		t->seen0 = load(s, me, CELL0);
		t->at = READ1;
		return true;
	case READ1:
		t->seen1 = load(s, me, CELL1);
		t->at = LOOK;
		if (play.looks_first[me])
			after_look(s, t, me, LOOK);
		return true;
	case LOOK:
		t->owner = load(s, me, OWNER);
		after_look(s, t, me, LOOK);
		return true;
	case STORE0:
		store(s, me, CELL0, t->seen0 | own_bit(me, t));
		t->at = STORE1;
		return true;
	case STORE1:
		store(s, me, CELL1, t->seen1 + 1);
		t->at = CLOSE;
		return true;
	case EXCHANGE:
		if (t->buffered)
			return false;
		t->at = AGAIN;
		if (s->memory[CELL0] == t->seen0 && s->memory[CELL1] == t->seen1) {
			s->memory[CELL0] |= own_bit(me, t);
			s->memory[CELL1]++;
			t->at = CLOSE;
		}
		return true;
	case CLOSE:
		if (!play.no_window)
			store(s, me, BUSY0 + me, 0);
		t->at = --t->todo ? BEGIN : OVER;
		return true;
	case AGAIN:
		if (!play.no_window)
			store(s, me, BUSY0 + me, 0);
		t->at = t->owner == EVERYBODY ? BEGIN : TAKE;
		return true;
	case TAKE:
		t->owner = load(s, me, OWNER);
		if (t->owner == MOVING && s->memory[OWNER] == MOVING)
			return false; /* it waits; only another's step helps */
		told = load(s, me, TOLD0 + t->owner % SLOTS);
		if (t->owner == NOBODY || t->owner < told || (play.newer_is_free && t->owner > told))
			t->at = CLAIM;
		else
			t->at = play.renames[me] && told / SLOTS < play.names_most ? RENAME : ASK;
		if (t->owner == load(s, me, CALLED0 + me) || t->owner == EVERYBODY || t->owner == MOVING)
			t->at = BEGIN;
		return true;
	case CLAIM:
	case ASK:
		if (t->buffered)
			return false;
		if (s->memory[OWNER] != t->owner) {
			t->at = BEGIN;
		} else if (t->at == CLAIM) {
			s->memory[OWNER] = s->memory[CALLED0 + me];
			t->at = BEGIN;
		} else {
			s->memory[OWNER] = play.no_moving ? s->memory[CALLED0 + me] : MOVING;
			t->awaits = (1 << THREADS) - 1;
			t->at = lives(s, me, t->owner, &who) ? BARRIER : COUNT;
		}
		return true;
	case RENAME:
		if (t->buffered || s->memory[RENAMING])
			return false;
		s->memory[RENAMING] = 1;
		t->at = CALL;
		return true;
	case CALL:
		/* Under the lock, so one step. */
		if (t->buffered)
			return false;
		t->awaits = (1 << THREADS) - 1;
		if (s->memory[TOLD0 + t->owner % SLOTS] == t->owner && calls_anew(s, me, t)) {
			t->at = CALL_BARRIER;
			if (!play.told_early)
				return true;
		}
		if (s->memory[TOLD0 + t->owner % SLOTS] == t->owner)
			s->memory[TOLD0 + t->owner % SLOTS] += SLOTS;
		if (t->at != CALL_BARRIER) {
			s->memory[RENAMING] = 0;
			t->at = BEGIN;
		}
		return true;
	case CALL_BARRIER:
		if (t->awaits && !play.no_barrier)
			return false;
		t->at = CALL_WAIT;
		return true;
	case CALL_WAIT:
		if (lives(s, me, t->owner, &who) && s->memory[BUSY0 + who] && !play.no_wait)
			return false;
		t->at = CALL;
		if (play.told_once) {
			if (s->memory[TOLD0 + t->owner % SLOTS] == t->owner)
				s->memory[TOLD0 + t->owner % SLOTS] += SLOTS;
			s->memory[RENAMING] = 0;
			t->at = BEGIN;
		}
		return true;
	case BARRIER:
		/* In every other thread, at some moment between beginning and end. */
		if (t->awaits && !play.no_barrier)
			return false;
		t->at = WAIT;
		return true;
	case WAIT:
		if (lives(s, me, t->owner, &who) && s->memory[BUSY0 + who] && !play.no_wait)
			return false;
		t->at = COUNT;
		return true;
	case COUNT:
		t->moves = load(s, me, MOVES);
		t->moves += t->moves <= play.moves_most;
		store(s, me, MOVES, t->moves);
		t->at = PASS;
		return true;
	case PASS:
		if (!play.no_moving)
			store(s, me, OWNER, t->moves > play.moves_most ? EVERYBODY :
									    load(s, me, CALLED0 + me));
		t->at = BEGIN;
		return true;
	default:
		return false;
	}
}

/* ---- all orders ---- */

/* What a thread saw before it begins anew makes no difference: fewer states. */
static void forget(struct thread *t)
{
	if (t->at == BEGIN || t->at == OVER)
		t->seen0 = t->seen1 = t->owner = t->awaits = t->moves = 0;
}

static bool is_in_barrier(const struct thread *t)
{
	return t->at == BARRIER || t->at == CALL_BARRIER;
}

static void judge(const struct state *s)
{
	uint8_t bits = 0, changes = 0;

	for (int i = 0; i < THREADS; i++)
		for (int change = 1; change <= play.changes[i]; change++, changes++)
			bits |= (uint8_t)(1 << (i * 2 + change - 1));
	lost |= s->memory[CELL0] != bits || s->memory[CELL1] != changes;
}

/* Returns whether nothing is lost in any order. */
static bool holds(void)
{
	struct state first;

	memset(&first, 0, sizeof(first));
	for (int i = 0; i < THREADS; i++) {
		first.thread[i].todo = play.changes[i];
		first.thread[i].at = play.changes[i] ? BORN : OVER;
	}
	first.memory[OWNER] = play.first;
	for (int i = 1; i < SLOTS; i++)
		first.memory[TOLD0 + i] = (uint8_t)i;
	lost = false;
	go_through(&first, &lost);
	return !lost;
}

#define DOORS_AND_C .slot = { 1, 2, 3 }, .looks_first = { false, true, false }

static void nothing_is_lost(void **state)
{
	(void)state;
	for (uint8_t most = 0; most < 3; most++) {
		play = (struct play){ DOORS_AND_C, .changes = { 2, 2, 0 }, .moves_most = most };
		assert_true(holds());
		play = (struct play){ .slot = { 1, 2, 3 }, .looks_first = { true, true, true },
				      .changes = { 2, 2, 0 }, .moves_most = most };
		assert_true(holds());
		play = (struct play){ DOORS_AND_C, .changes = { 1, 1, 1 }, .moves_most = most };
		assert_true(holds());
	}
}

/* A thread has ended and another has its name, and its pages. */
static void heirs_lose_nothing(void **state)
{
	(void)state;
	for (uint8_t most = 0; most < 2; most++) {
		play = (struct play){ .slot = { 1, 2, 1 }, .after_first = { false, false, true },
				      .changes = { 1, 1, 1 }, .moves_most = most };
		assert_true(holds());
	}
}

static void nothing_is_lost_when_renamed(void **state)
{
	(void)state;
	play = (struct play){ DOORS_AND_C, .changes = { 2, 2, 0 }, .moves_most = 1,
			      .names_most = 2, .renames = { true, true, true } };
	assert_true(holds());
	play.renames[0] = false;
	assert_true(holds());
	play = (struct play){ DOORS_AND_C, .changes = { 1, 1, 1 }, .names_most = 1,
			      .renames = { true, true, true } };
	assert_true(holds());
	play.renames[2] = false;
	assert_true(holds());
	play = (struct play){ .slot = { 1, 2, 1 }, .after_first = { false, false, true },
			      .changes = { 1, 1, 1 }, .names_most = 2,
			      .renames = { true, true, true } };
	assert_true(holds());
	play.looks_first[2] = true;
	assert_true(holds());
}

static void each_part_of_renaming_is_needed(void **state)
{
	const struct play both = { DOORS_AND_C, .changes = { 2, 2, 0 }, .names_most = 2,
				   .renames = { true, true, true } };
	const struct play three = { DOORS_AND_C, .changes = { 1, 1, 1 }, .names_most = 1,
				    .renames = { true, true, true } };
	const struct play heirs = { .slot = { 1, 2, 1 }, .after_first = { false, false, true },
				    .changes = { 1, 2, 1 }, .looks_first = { true, true, true },
				    .names_most = 2, .renames = { true, true, true } };

	(void)state;
	/* One takes the page anew while it is given another name, and a third one comes. */
	play = (struct play){ .slot = { 1, 2, 3 }, .changes = { 1, 1, 1 }, .moves_most = 1,
			      .first = 1, .names_most = 1, .renames = { false, true, false } };
	assert_true(holds());
	play.newer_is_free = true;
	assert_false(holds());
	play = three, play.told_early = true;
	assert_false(holds());
	play = both, play.no_barrier = true;
	assert_false(holds());
	play = both, play.no_wait = true;
	assert_false(holds());
	play = heirs;
	assert_true(holds());
	play.told_once = true; /* whoever has been born meanwhile has the old name */
	assert_false(holds());
}

static void each_part_is_needed(void **state)
{
	const struct play both = { DOORS_AND_C, .changes = { 2, 2, 0 }, .moves_most = 1 };
	const struct play three = { DOORS_AND_C, .changes = { 1, 1, 1 }, .moves_most = 1 };

	(void)state;
	play = both, play.no_barrier = true;
	assert_false(holds());
	play = both, play.no_wait = true;
	assert_false(holds());
	play = three, play.no_moving = true;
	assert_false(holds());
	play = both, play.no_window = true;
	assert_false(holds());
	play = both, play.plain_for_all = true;
	assert_false(holds());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost),
		cmocka_unit_test(heirs_lose_nothing),
		cmocka_unit_test(nothing_is_lost_when_renamed),
		cmocka_unit_test(each_part_of_renaming_is_needed),
		cmocka_unit_test(each_part_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
