/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_history.c - the stack of an earlier access, found again by undoing what its
 * thread did since.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "held.h"
#include "history.h"
#include "play.h"

void __race_unwound(uint64_t *slot);

/* What the pass inserts at entry and exit of a function. */
static void call(uint64_t pc)
{
	*__race_self.stack++ = pc;
	race_history_add(&__race_self, pc);
}

static void leave(void)
{
	race_history_add(&__race_self, ~*--__race_self.stack);
}

/* An access of the one on stage. Its cell, as far as a thread and epoch go. */
static race_cell touch(uint64_t addr, uint64_t bytes, uint32_t site)
{
	race_access(race_self(), addr, bytes, RACE_WRITE, site);
	return __race_self.word;
}

static uint32_t new_site(void)
{
	return race_site_of(play_pc(), RACE_WRITE, 1);
}

static void check_stack(race_cell c, uint64_t addr, uint32_t site, uint32_t count,
			const uint64_t *frames)
{
	struct race_stack stack;

	assert_true(race_history_restore(c, race_cell_epoch(c) - 1, addr, site, &stack, NULL));
	assert_false(stack.cut);
	assert_int_equal(stack.count, count + 1);
	assert_int_equal(stack.pc[0], race_site_place(site).pc);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(stack.pc[i + 1], frames[i]);
}

static void check_lost(race_cell c, uint64_t addr, uint32_t site)
{
	struct race_stack stack;

	assert_false(race_history_restore(c, race_cell_epoch(c) - 1, addr, site, &stack, NULL));
	assert_int_equal(stack.count, 1);
	assert_int_equal(stack.pc[0], race_site_place(site).pc);
}

/* Enough to pass over any ring of the option's default. */
#define RING (64 * 1024)

static void noise(uint32_t events)
{
	for (uint32_t i = 0; i < events / 3; i++) {
		call(0x9000 + i % 7);
		race_history_access(&__race_self, 0x1000 + i % 100 * 8, 1);
		leave();
	}
}

static void stack_of_an_access_long_ago(void **state)
{
	static const uint32_t between[] = { 0, 3, 30, 3000, 30000 };
	const uint64_t frames[] = { 0x3333, 0x2222, 0x1111 };

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		uint64_t x = play_memory();
		uint32_t site = new_site();
		race_cell c;

		play_as(&a);
		call(0x1111);
		call(0x2222);
		call(0x3333);
		c = touch(x, 4, site);
		leave();
		noise(between[i]);
		call(0x4444);
		leave();
		leave();
		call(0x5555);
		play_as(&play_main);
		check_stack(c, x, site, 3, frames);
		play_as(&a);
		leave();
		leave();
		play_as(&play_main);
	}
}

static void wrapped_ring_has_lost_it(void **state)
{
	uint64_t x = play_memory();
	uint32_t site = new_site();
	race_cell c;

	(void)state;
	play_as(&a);
	call(0x1111);
	c = touch(x, 4, site);
	noise(RING + 100);
	play_as(&play_main);
	check_lost(c, x, site);
	play_as(&a);
	leave();
	c = touch(x, 4, new_site());
	play_as(&play_main);
}

/* The same place and address in two epochs: each has its own stack. */
static void epochs_are_told_apart(void **state)
{
	struct race_stack stack;
	const uint64_t first[] = { 0x1111 }, second[] = { 0x2222 };
	uint64_t x = play_memory();
	uint32_t site = new_site();
	race_cell one, two;

	(void)state;
	play_as(&a);
	call(first[0]);
	one = touch(x, 4, site);
	leave();
	race_thread_tick(a.thread);
	race_thread_tick(a.thread);
	call(second[0]);
	two = touch(x, 4, site);
	leave();
	race_thread_tick(a.thread);
	play_as(&play_main);
	check_stack(one, x, site, 1, first);
	check_stack(two, x, site, 1, second);
	/* ... but that cell may stand for the epochs before, if nobody told them apart. */
	assert_true(race_history_restore(one + RACE_EPOCH_ONE, race_cell_epoch(one) - 1, x, site,
	                                 &stack, NULL));
	assert_false(race_history_restore(one + RACE_EPOCH_ONE, race_cell_epoch(one), x, site,
	                                  &stack, NULL));
	check_lost(one + RACE_EPOCH_ONE, x, site); /* in the epoch between: none */
	check_lost(one, x + 8, site);
	check_lost(one, x, new_site());
}

static void any_granule_of_a_range(void **state)
{
	const uint64_t frames[] = { 0x2222, 0x1111 };
	uint64_t x = play_memory() + 5;
	uint32_t site = new_site();
	race_cell c;

	(void)state;
	play_memory();
	play_as(&a);
	call(0x1111);
	call(0x2222);
	c = touch(x, 40, site);
	leave();
	leave();
	play_as(&play_main);
	for (uint64_t at = x & ~7ull; at < x + 40; at += 8)
		check_stack(c, at, site, 2, frames);
	check_lost(c, (x & ~7ull) - 8, site);
	check_lost(c, x + 64, site);
}

static void straddling_access_is_found_by_both_granules(void **state)
{
	const uint64_t frames[] = { 0x1111 };
	uint64_t x = play_memory() + 6;
	uint32_t site = new_site();
	race_cell c;

	(void)state;
	play_as(&a);
	call(frames[0]);
	c = touch(x, 4, site);
	leave();
	play_as(&play_main);
	check_stack(c, x, site, 1, frames);
	check_stack(c, x + 2, site, 1, frames);
}

/* Frames that an exception or longjmp left: their exits are made up for. */
static void unwound_frames_are_undone_right(void **state)
{
	const uint64_t inner[] = { 0x3333, 0x2222, 0x1111 }, outer[] = { 0x4444, 0x1111 };
	uint64_t x = play_memory(), y = play_memory(), *slot;
	uint32_t site = new_site();
	race_cell c;

	(void)state;
	play_as(&a);
	call(0x1111);
	slot = __race_self.stack;
	call(0x2222);
	call(0x3333);
	c = touch(x, 4, site);
	__race_unwound(slot);
	assert_ptr_equal(__race_self.stack, slot);
	__race_unwound(slot); /* nothing left to undo */
	call(0x4444);
	touch(y, 4, site);
	leave();
	leave();
	play_as(&play_main);
	check_stack(c, x, site, 3, inner);
	check_stack(c, y, site, 2, outer);
}

static void ended_thread_is_still_told(void **state)
{
	const uint64_t frames[] = { 0x1111 };
	struct player ended, next;
	uint64_t x = play_memory();
	uint32_t site = new_site();
	race_cell c;

	(void)state;
	play_birth(&ended);
	play_as(&ended);
	call(frames[0]);
	c = touch(x, 4, site);
	leave();
	play_as(&play_main);
	play_join(&ended);
	check_stack(c, x, site, 1, frames);
	do {
		play_birth(&next);
		play_join(&next);
	} while (next.thread->tid != ended.thread->tid);
	check_lost(c, x, site); /* the ring is another's now */
}

static void deep_stack_is_cut(void **state)
{
	uint64_t x = play_memory();
	struct race_stack stack;
	uint32_t site = new_site();
	race_cell c;

	(void)state;
	play_as(&a);
	for (uint64_t i = 0; i < RACE_STACK_FRAMES + 10; i++)
		call(0x1000 + i);
	c = touch(x, 4, site);
	race_history_present(&__race_self, 0x77, &stack);
	assert_int_equal(stack.count, RACE_STACK_FRAMES);
	assert_true(stack.cut);
	assert_int_equal(stack.pc[0], 0x77);
	assert_int_equal(stack.pc[1], 0x1000 + RACE_STACK_FRAMES + 9);
	assert_true(race_history_restore(c, race_cell_epoch(c) - 1, x, site, &stack, NULL));
	assert_int_equal(stack.count, RACE_STACK_FRAMES);
	assert_true(stack.cut);
	assert_int_equal(stack.pc[1], 0x1000 + RACE_STACK_FRAMES + 9);
	for (uint64_t i = 0; i < RACE_STACK_FRAMES + 10; i++)
		leave();
	race_history_present(&__race_self, 0, &stack);
	assert_int_equal(stack.count, 0);
	play_as(&play_main);
}

/* One lock is still held, one was given back since, one before, one was taken since. */
static void locks_of_an_access(void **state)
{
	uint64_t x = play_memory();
	struct race_stack stack;
	struct race_past past;
	uint32_t site = new_site();
	race_cell c;

	(void)state;
	play_as(&a);
	call(0x1111);
	race_held_push(race_self(), 0x8000, RACE_HOLD_MUTEX, 0x81);
	race_held_push(race_self(), 0x8010, RACE_HOLD_READ, 0x82);
	race_held_push(race_self(), 0x8020, RACE_HOLD_MUTEX, 0x83);
	race_held_pop(race_self(), 0x8020);
	call(0x2222);
	c = touch(x, 4, site);
	leave();
	leave();
	race_held_pop(race_self(), 0x8010);
	race_held_push(race_self(), 0x8020, RACE_HOLD_MUTEX, 0x84);
	noise(300);
	play_as(&play_main);
	assert_true(race_history_restore(c, race_cell_epoch(c) - 1, x, site, &stack, &past));
	assert_true(past.holds.known);
	assert_int_equal(past.holds.count, 2);
	assert_int_equal(past.holds.hold[0].addr, 0x8000);
	assert_int_equal(past.holds.hold[0].pc[0], 0x81);
	assert_int_equal(past.holds.hold[1].addr, 0x8010);
	assert_int_equal(past.holds.hold[1].kind, RACE_HOLD_READ);
	assert_int_equal(past.holds.hold[1].pc[0], 0x82);
	assert_int_equal(past.holds.hold[1].pc[1], 0x1111);
	assert_int_equal(past.holds.hold[1].pc[2], 0);
	play_as(&a);
	race_held_pop(race_self(), 0x8020);
	race_held_pop(race_self(), 0x8000);
	play_as(&play_main);
}

/* A ring whose start is no call: the stack is only what is known for sure. */
static void unmatched_call_is_no_stack(void **state)
{
	uint64_t x = play_memory();
	uint32_t site = new_site();
	race_cell c;

	(void)state;
	play_as(&a);
	c = touch(x, 4, site);
	call(0x1111);
	__race_self.stack[-1] = 0x2222; /* not what the event says */
	play_as(&play_main);
	check_lost(c, x, site);
	play_as(&a);
	__race_self.stack--;
	play_as(&play_main);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(stack_of_an_access_long_ago),
		PLAY_TEST(locks_of_an_access),
		PLAY_TEST(wrapped_ring_has_lost_it),
		PLAY_TEST(epochs_are_told_apart),
		PLAY_TEST(any_granule_of_a_range),
		PLAY_TEST(straddling_access_is_found_by_both_granules),
		PLAY_TEST(unwound_frames_are_undone_right),
		PLAY_TEST(ended_thread_is_still_told),
		PLAY_TEST(deep_stack_is_cut),
		PLAY_TEST(unmatched_call_is_no_stack),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
