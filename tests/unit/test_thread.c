/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_thread.c - threads and their slots: what a new thread knows, when a slot is used
 * again, epochs that go on over the lives in it, and what is told of a life afterwards.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>

#include "history.h"
#include "play.h"

static struct race_thread_facts facts_of(uint64_t word)
{
	static struct race_thread_facts facts;

	race_thread_facts(word, &facts);
	return facts;
}

static void child_knows_its_creator_and_no_later(void **state)
{
	uint64_t before = play_word(&play_main), after, of_a = play_word(&a);
	struct player child;

	(void)state;
	play_order(&a, &play_main);
	before = play_word(&play_main);
	play_birth(&child);
	after = play_word(&play_main);
	assert_true(after > before);
	assert_true(play_knows(&child, before));
	assert_true(play_knows(&child, of_a));
	assert_false(play_knows(&child, after));
	assert_false(play_knows(&play_main, play_word(&child)));
	assert_false(play_knows(&a, play_word(&child)));
	play_join(&child);
}

static void joiner_knows_all_of_it(void **state)
{
	struct player child;
	uint64_t first, last;

	(void)state;
	play_birth(&child);
	first = play_word(&child);
	play_order(&child, &a);
	last = play_word(&child);
	assert_true(last > first);
	play_finish(&child);
	assert_false(play_knows(&play_main, last));
	race_thread_join(play_main.thread, child.thread);
	assert_true(play_knows(&play_main, last));
	assert_true(play_knows(&play_main, first));
	assert_false(play_knows(&a, last));
}

/* Key destructors behind ours: what they release counts as the thread's, too. */
static void joiner_knows_what_came_behind_the_finish(void **state)
{
	struct player child;
	uint64_t late;

	(void)state;
	play_birth(&child);
	play_as(&child);
	race_thread_finish(child.thread);
	race_thread_tick(child.thread);
	late = __race_self.word;
	play_as(&play_main);
	race_thread_join(play_main.thread, child.thread);
	assert_true(play_knows(&play_main, late));
}

static void alive_counts_those_that_have_not_ended(void **state)
{
	uint32_t before = race_thread_alive();
	struct player child;

	(void)state;
	play_birth(&child);
	assert_int_equal(race_thread_alive(), before + 1);
	play_finish(&child);
	assert_int_equal(race_thread_alive(), before);
	race_thread_join(play_main.thread, child.thread);
	assert_int_equal(race_thread_alive(), before);
	race_thread_abandon(race_thread_create(play_main.thread, 1));
	assert_int_equal(race_thread_alive(), before);
}

static void found_by_handle_until_joined(void **state)
{
	struct player child;

	(void)state;
	play_birth(&child);
	child.thread->handle = 0x1234567;
	assert_ptr_equal(race_thread_find(0x1234567), child.thread);
	play_finish(&child);
	assert_ptr_equal(race_thread_find(0x1234567), child.thread);
	race_thread_join(play_main.thread, child.thread);
	assert_null(race_thread_find(0x1234567));
	play_birth(&child);
	child.thread->handle = 0x1234567;
	race_thread_detach(child.thread);
	assert_null(race_thread_find(0x1234567));
	play_finish(&child);
}

/* A thousand lives, one after the other, with the creator's knowledge of each end. */
static void joined_slots_are_used_again(void **state)
{
	static uint64_t last_word[RACE_TIDS];
	uint32_t number = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct player child;
		uint32_t tid;

		play_birth(&child);
		tid = child.thread->tid;
		assert_in_range(tid, 1, 40);
		assert_true(play_word(&child) > last_word[tid]);
		if (last_word[tid])
			assert_true(play_knows(&child, last_word[tid]));
		assert_true(child.thread->life->number > number);
		number = child.thread->life->number;
		play_order(&child, &a);
		last_word[tid] = play_word(&child);
		play_join(&child);
		assert_true(play_knows(&play_main, last_word[tid]));
	}
}

/* A slot whose end the creator does not know would order what nothing orders. */
static void slot_waits_for_a_creator_who_knows(void **state)
{
	struct player ended[30], child;
	uint64_t word[30];

	(void)state;
	for (int i = 0; i < 30; i++) {
		play_birth(&ended[i]);
		word[i] = play_word(&ended[i]);
		play_finish(&ended[i]);
	}
	play_as(&a);
	for (int i = 0; i < 30; i++)
		race_thread_join(a.thread, ended[i].thread);
	play_as(&b);
	for (int i = 0; i < 20; i++) {
		play_birth(&child); /* by b */
		for (int k = 0; k < 30; k++)
			assert_false(play_knows(&child, word[k]));
		play_join(&child);
	}
	play_as(&a);
	play_birth(&child); /* by a, who knows */
	assert_true(play_knows(&child, word[0]));
	play_join(&child);
	play_as(&play_main);
}

static void facts_are_those_of_the_life(void **state)
{
	struct player first, later;
	uint64_t word, birth_pc;
	uint32_t number;

	(void)state;
	play_birth(&first);
	birth_pc = first.thread->life->creation[0];
	number = first.thread->life->number;
	race_thread_set_name(first.thread, "worker with a long name");
	word = play_word(&first);
	assert_false(facts_of(word).finished);
	assert_string_equal(facts_of(word).name, "worker with a l");
	race_thread_set_name(first.thread, "w");
	play_order(&first, &a);
	play_join(&first);
	do {
		play_birth(&later);
		play_join(&later);
	} while (later.thread->tid != first.thread->tid);
	assert_true(facts_of(word).finished);
	assert_int_equal(facts_of(word).number, number);
	assert_string_equal(facts_of(word).name, "w");
	assert_true(facts_of(word).created_by_us);
	assert_int_equal(facts_of(word).creator_number, 0);
	assert_int_equal(facts_of(word).creation.pc[0], birth_pc);
	assert_int_equal(facts_of(word + RACE_EPOCH_ONE).number, number); /* its second epoch */
	assert_true(facts_of(later.words.word).number > number);
	assert_string_equal(facts_of(later.words.word).name, "");
}

static void facts_of_the_main_thread(void **state)
{
	struct player child;

	(void)state;
	assert_int_equal(facts_of(0).number, 0);
	assert_false(facts_of(play_word(&play_main)).created_by_us);
	assert_false(facts_of(play_word(&play_main)).finished);
	play_as(&a);
	play_birth(&child);
	play_as(&play_main);
	assert_int_equal(facts_of(play_word(&child)).creator_number, a.thread->life->number);
	play_join(&child);
}

static struct race_thread *holding(uint64_t word)
{
	struct race_thread *thread;

	race_thread_lock();
	thread = race_thread_holding(word);
	race_thread_unlock();
	return thread;
}

static void history_is_held_until_the_next_life(void **state)
{
	struct player first, later;
	uint64_t word;

	(void)state;
	play_birth(&first);
	word = play_word(&first);
	assert_ptr_equal(holding(word), first.thread);
	play_join(&first);
	assert_ptr_equal(holding(word), first.thread);
	do {
		play_birth(&later);
		play_join(&later);
	} while (later.thread->tid != first.thread->tid);
	assert_null(holding(word));
	assert_ptr_equal(holding(later.words.word), later.thread);
}

/* Threads that never came to be use up no numbers for good. */
static void abandoned_slots_are_used_again(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct race_thread *thread = race_thread_create(play_main.thread, 1);

		assert_in_range(thread->tid, 1, RACE_TID_LIST - 1);
		race_thread_abandon(thread);
	}
}

/* In the child of a fork only its own thread lives. (Played: nothing else is asked.) */
static void fork_leaves_one_thread(void **state)
{
	struct player others[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		play_birth(&others[i]);
	race_thread_lock();
	race_thread_forked(play_main.thread);
	race_thread_unlock();
	assert_int_equal(race_thread_alive(), 1);
	assert_false(facts_of(play_word(&play_main)).finished);
	assert_true(facts_of(play_word(&others[1])).finished);
}

/* The last epoch of a slot: the thread goes on in another, and its past is its own. */
static void epochs_run_out(void **state)
{
	uint64_t last, first;
	uint32_t tid;
	struct player child;

	(void)state;
	play_birth(&child);
	play_as(&child);
	tid = child.thread->tid;
	/* It moves a few epochs before the last one. */
	child.thread->clock[tid] = race_clock_entry(RACE_EPOCH_LAST - 17);
	__race_self.word = race_thread_word(child.thread);
	race_thread_tick(child.thread);
	last = __race_self.word;
	assert_int_equal(race_cell_tid(last), tid);
	play_as(&play_main);
	play_order(&child, &a);
	first = play_word(&child);
	assert_int_not_equal(child.thread->tid, tid);
	assert_int_equal(race_cell_tid(first), child.thread->tid);
	assert_true(play_knows(&child, last));
	assert_true(play_knows(&a, last));
	assert_false(play_knows(&a, first));
	assert_int_equal(facts_of(first).number, facts_of(last).number);
	play_join(&child);
	assert_true(play_knows(&play_main, first));
	assert_true(facts_of(first).finished);
	assert_true(facts_of(last).finished); /* it is the same thread */
}

/* The main thread leaves slot 0, and then a stranger is introduced. In a child: */
static void move_and_introduce(void)
{
	struct race_words unborn = { .word = RACE_WORD_NOBODY, .wrap = ~16ull };

	play_main.thread->clock[0] = race_clock_entry(RACE_EPOCH_LAST);
	__race_self.word = RACE_EPOCH_LAST << RACE_CELL_EPOCH_SHIFT;
	race_thread_tick(play_main.thread);
	if (play_main.thread->tid == 0)
		_exit(1);
	play_leave_stage();
	__race_self = unborn;
	race_thread_finish(race_self());
	play_enter_stage(&play_main);
	_exit(0);
}

static void main_may_move_before_a_stranger_comes(void **state)
{
	int status;
	pid_t child;

	(void)state;
	for (int i = 0; i < 30; i++) /* ended threads, whose slots are free */
		race_thread_abandon(race_thread_create(play_main.thread, 1));
	child = fork();
	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		move_and_introduce();
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(child_knows_its_creator_and_no_later),
		PLAY_TEST(joiner_knows_all_of_it),
		PLAY_TEST(joiner_knows_what_came_behind_the_finish),
		PLAY_TEST(alive_counts_those_that_have_not_ended),
		PLAY_TEST(found_by_handle_until_joined),
		PLAY_TEST(joined_slots_are_used_again),
		PLAY_TEST(slot_waits_for_a_creator_who_knows),
		PLAY_TEST(facts_are_those_of_the_life),
		PLAY_TEST(facts_of_the_main_thread),
		PLAY_TEST(history_is_held_until_the_next_life),
		PLAY_TEST(epochs_run_out),
		cmocka_unit_test(fork_leaves_one_thread),
		cmocka_unit_test(main_may_move_before_a_stranger_comes),
		cmocka_unit_test(abandoned_slots_are_used_again),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
