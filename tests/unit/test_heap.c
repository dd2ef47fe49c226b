/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_heap.c - blocks by an address inside of them: small, neighbours of eight bytes,
 * freed and followed by others, too large for a word, and the stacks that made them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "heap.h"

#define BASE 0x7f0012340000ull

static struct race_block block;

static void note(uint64_t addr, uint64_t bytes, uint64_t pc)
{
	race_heap_note(race_self(), addr, bytes, pc);
}

static void a_block_by_its_inside(void **state)
{
	(void)state;
	note(BASE, 40, 0x1111);
	assert_false(race_heap_find(BASE - 1, &block));
	assert_true(race_heap_find(BASE, &block));
	assert_true(race_heap_find(BASE + 39, &block));
	assert_int_equal(block.addr, BASE);
	assert_int_equal(block.bytes, 40);
	assert_int_equal(block.thread, 0);
	assert_false(block.freed);
	assert_int_equal(block.stack.pc[0], 0x1111);
	assert_false(race_heap_find(BASE + 40, &block));
}

static void halves_of_a_word(void **state)
{
	(void)state;
	note(BASE + 0x1008, 8, 0x2222);
	assert_false(race_heap_find(BASE + 0x1000, &block));
	assert_true(race_heap_find(BASE + 0x100f, &block));
	assert_int_equal(block.addr, BASE + 0x1008);
}

static void the_living_one_counts(void **state)
{
	(void)state;
	note(BASE + 0x2000, 64, 1);
	note(BASE + 0x2040, 64, 2);
	race_heap_forget(BASE + 0x2000);
	race_heap_forget(BASE + 0x2040);
	assert_true(race_heap_find(BASE + 0x2050, &block));
	assert_true(block.freed);
	assert_int_equal(block.stack.pc[0], 2);
	note(BASE + 0x2000, 128, 3);
	assert_true(race_heap_find(BASE + 0x2050, &block));
	assert_false(block.freed);
	assert_int_equal(block.addr, BASE + 0x2000);
	assert_int_equal(block.stack.pc[0], 3);
}

static void large_blocks_keep_their_size(void **state)
{
	(void)state;
	note(BASE + 0x10000000, 3ull << 30, 4);
	assert_true(race_heap_find(BASE + 0x10000000 + (2ull << 30), &block));
	assert_int_equal(block.bytes, 3ull << 30);
	race_heap_forget(BASE + 0x10000000);
	assert_false(race_heap_find(BASE + 0x10000000 + (2ull << 30), &block));
}

static void stacks_are_told_apart_and_cut(void **state)
{
	uint64_t *top = __race_self.stack;

	(void)state;
	for (uint64_t i = 0; i < 40; i++)
		*__race_self.stack++ = 0x100 + i;
	note(BASE + 0x3000, 8, 5);
	__race_self.stack = top + 2;
	note(BASE + 0x3010, 8, 5);
	__race_self.stack = top;
	assert_true(race_heap_find(BASE + 0x3000, &block));
	assert_true(block.stack.cut);
	assert_int_equal(block.stack.pc[1], 0x100 + 39);
	assert_true(race_heap_find(BASE + 0x3010, &block));
	assert_false(block.stack.cut);
	assert_int_equal(block.stack.count, 3);
	assert_int_equal(block.stack.pc[2], 0x100);
}

static void many_stacks(void **state)
{
	(void)state;
	for (uint64_t pc = 1000; pc < 101000; pc++)
		note(BASE + 0x100000 + 16 * pc, 16, pc);
	for (uint64_t pc = 1000; pc < 101000; pc++) {
		assert_true(race_heap_find(BASE + 0x100000 + 16 * pc, &block));
		assert_int_equal(block.stack.pc[0], pc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_by_its_inside),
		cmocka_unit_test(halves_of_a_word),
		cmocka_unit_test(the_living_one_counts),
		cmocka_unit_test(large_blocks_keep_their_size),
		cmocka_unit_test(stacks_are_told_apart_and_cut),
		cmocka_unit_test(many_stacks),
	};

	race_thread_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
