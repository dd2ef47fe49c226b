/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_context.c - a thread goes from one shadow call stack to another and back: what is
 * on each stays, and an earlier access's stack is found again across the changes.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "context.h"
#include "history.h"
#include "play.h"

void __race_unwound(uint64_t *slot);

static void call(uint64_t pc)
{
	*__race_self.stack++ = pc;
	race_history_add(&__race_self, pc);
}

static void leave(void)
{
	race_history_add(&__race_self, ~*--__race_self.stack);
}

static void check_present(uint32_t count, uint64_t innermost)
{
	struct race_stack stack;

	race_history_present(&__race_self, 0, &stack);
	assert_int_equal(stack.count, count);
	if (count)
		assert_int_equal(stack.pc[0], innermost);
}

static void each_has_its_own(void **state)
{
	struct race_context home, there, other;

	(void)state;
	call(11);
	call(12);
	home = race_context_here();
	race_context_go(race_context_empty(0x1000000, 65536));
	check_present(0, 0);
	call(21);
	there = race_context_here();
	race_context_go(race_context_empty(0x2000000, 65536));
	call(31);
	call(32);
	other = race_context_here();
	race_context_go(home);
	check_present(2, 12);
	leave();
	race_context_go(there);
	check_present(1, 21);
	race_context_go(other);
	check_present(2, 32);
	leave();
	leave();
	race_context_go(there);
	leave();
	home.top--;
	race_context_go(home);
	check_present(1, 11);
	leave();
	assert_ptr_equal(race_context_empty(0x1000000, 65536).stack, there.stack);
	assert_ptr_not_equal(race_context_empty(0x1000000, 1 << 20).stack, there.stack);
}

static void history_goes_across(void **state)
{
	static uint64_t data;
	uint32_t site = race_site_of(play_pc(), RACE_WRITE, 8);
	struct race_context home, there;
	struct race_stack stack;
	race_cell c;

	(void)state;
	call(11);
	home = race_context_here();
	race_context_go(race_context_empty(0x3000000, 65536));
	call(21);
	call(22);
	race_access(race_self(), (uint64_t)&data, 8, RACE_WRITE, site);
	c = __race_self.word;
	leave();
	there = race_context_here();
	race_context_go(home);
	call(12);
	leave();
	race_context_go(there);
	leave();
	home = (struct race_context){ home.stack, home.stack_end, home.top };
	race_context_go(home);
	leave();
	assert_true(race_history_restore(c, race_cell_epoch(c) - 1, (uint64_t)&data, site, &stack, NULL));
	assert_int_equal(stack.count, 3);
	assert_int_equal(stack.pc[1], 22);
	assert_int_equal(stack.pc[2], 21);
}

/* getcontext that returns once more, for a function of the other stack. */
static void unwinding_finds_the_stack(void **state)
{
	struct race_context home;

	(void)state;
	call(11);
	home = race_context_here();
	race_context_go(race_context_empty(0x4000000, 65536));
	call(21);
	__race_unwound(home.top);
	assert_ptr_equal(race_context_here().stack, home.stack);
	check_present(1, 11);
	leave();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(each_has_its_own),
		PLAY_TEST(history_goes_across),
		PLAY_TEST(unwinding_finds_the_stack),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
