/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_alloc.c - the runtime's own memory: zeroed, aligned, never twice in use, and
 * known as ours.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>

#include "alloc.h"
#include "child.h"

#define LARGEST_OWNED (256u << 10)

static bool is_zero(const void *memory, size_t bytes)
{
	const unsigned char *byte = memory;

	for (size_t i = 0; i < bytes; i++)
		if (byte[i])
			return false;
	return true;
}

static void zeroed_and_aligned_again_and_again(void **state)
{
	(void)state;
	for (size_t bytes = 0; bytes < 3u << 18; bytes = bytes * 3 / 2 + 1)
		for (int times = 0; times < 5; times++) {
			char *memory = race_alloc(bytes);

			assert_non_null(memory);
			assert_int_equal((uint64_t)memory % (bytes >= 64 ? 64 : 16), 0);
			assert_true(is_zero(memory, bytes));
			memset(memory, 0xa5, bytes);
			race_free(memory, bytes);
		}
}

static void blocks_do_not_overlap(void **state)
{
	enum { BLOCKS = 500 };
	unsigned char *block[BLOCKS];
	size_t bytes[BLOCKS];

	(void)state;
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < BLOCKS; i++) {
			bytes[i] = (size_t)(i * 7919 + round) % 5000 + 1;
			block[i] = race_alloc(bytes[i]);
			memset(block[i], i, bytes[i]);
		}
		for (int i = 0; i < BLOCKS; i++) {
			for (size_t k = 0; k < bytes[i]; k++)
				assert_int_equal(block[i][k], (unsigned char)i);
			race_free(block[i], bytes[i]);
		}
	}
}

static void freed_blocks_serve_again(void **state)
{
	void *first = race_alloc(3000), *again;

	(void)state;
	race_free(first, 3000);
	again = race_alloc(2500); /* the same power of two */
	assert_ptr_equal(again, first);
	race_free(again, 2500);
}

static void a_freed_block_can_still_be_read(void **state)
{
	uint64_t *memory = race_alloc(LARGEST_OWNED);

	(void)state;
	race_free(memory, LARGEST_OWNED);
	for (size_t i = 1; i < LARGEST_OWNED / sizeof(*memory); i++)
		assert_int_equal(memory[i], 0);
}

static void owns_what_it_gave(void **state)
{
	char *small = race_alloc(1), *large = race_alloc(LARGEST_OWNED);
	char *other = malloc(100), local;

	(void)state;
	assert_true(race_alloc_owns(small));
	assert_true(race_alloc_owns(large));
	assert_true(race_alloc_owns(large + LARGEST_OWNED - 1));
	assert_false(race_alloc_owns(other));
	assert_false(race_alloc_owns(&local));
	assert_false(race_alloc_owns(NULL));
	free(other);
	race_free(small, 1);
	race_free(large, LARGEST_OWNED);
}

static void reserves_aligned_address_space(void **state)
{
	const size_t bytes = 3ull << 30, align = 1ull << 24;
	char *memory = race_reserve(bytes, align, "a test");

	(void)state;
	assert_int_equal((uint64_t)memory % align, 0);
	assert_int_equal(memory[0], 0);
	memory[bytes - 1] = 1;
	assert_int_equal(memory[bytes - 1], 1);
}

static void reserve_too_much(const void *what)
{
	race_reserve(1ull << 60, 4096, what);
}

static void no_memory_ends_with_a_line(void **state)
{
	char line[512];

	(void)state;
	assert_int_equal(child_stderr(reserve_too_much, "the tests' desert", line, sizeof(line)), 1);
	assert_non_null(strstr(line, "the tests' desert"));
	assert_true(child_said_one_line(line));
}

static void *churn(void *seed)
{
	unsigned char *block[64] = { 0 };
	uintptr_t random = (uintptr_t)seed;

	for (int i = 0; i < 100000; i++) {
		uint32_t at = (random = random * 6364136223846793005u + 1) >> 58;
		size_t bytes = (at + 1) * 20;

		if (block[at]) {
			if (block[at][0] != (unsigned char)(uintptr_t)seed ||
			    block[at][bytes - 1] != (unsigned char)(uintptr_t)seed)
				return seed;
			race_free(block[at], bytes);
			block[at] = NULL;
			continue;
		}
		block[at] = race_alloc(bytes);
		if (!is_zero(block[at], bytes))
			return seed;
		memset(block[at], (int)(uintptr_t)seed, bytes);
	}
	return NULL;
}

static void threads_share_it(void **state)
{
	pthread_t thread[4];
	void *wrong;

	(void)state;
	for (uintptr_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, churn, (void *)(i + 1)), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(thread[i], &wrong), 0);
		assert_null(wrong);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeroed_and_aligned_again_and_again),
		cmocka_unit_test(blocks_do_not_overlap),
		cmocka_unit_test(freed_blocks_serve_again),
		cmocka_unit_test(a_freed_block_can_still_be_read),
		cmocka_unit_test(owns_what_it_gave),
		cmocka_unit_test(reserves_aligned_address_space),
		cmocka_unit_test(no_memory_ends_with_a_line),
		cmocka_unit_test(threads_share_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
