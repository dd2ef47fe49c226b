/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_memory.c - memory that changes hands: an allocation and a free are
 * writes of the whole block, a new block has no past, locks in freed memory are gone,
 * and inside the runtime our own memory serves.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "alloc.h"
#include "play.h"

/* As instrumented code calls them, and as other code does. */
#define EACH(X) X(malloc) X(calloc) X(realloc) X(reallocarray) X(posix_memalign) \
	X(aligned_alloc) X(memalign) X(valloc) X(pvalloc) X(free) X(munmap)
#define DECLARE(name) extern __typeof__(name) __race_##name, *plain_##name;
EACH(DECLARE)
#define DEFINE(name) __typeof__(name) *plain_##name = name;
EACH(DEFINE)
#define malloc __race_malloc
#define calloc __race_calloc
#define realloc __race_realloc
#define reallocarray __race_reallocarray
#define posix_memalign __race_posix_memalign
#define aligned_alloc __race_aligned_alloc
#define memalign __race_memalign
#define valloc __race_valloc
#define pvalloc __race_pvalloc
#define free __race_free
#define munmap __race_munmap

/* Blocks of each size class: small, large, beyond the lazy limit. */
static const size_t sizes[] = { 24, 5000, 100000, 1 << 20 };

/* Did `player` race by doing it? */
#define RACES(player, statement)                                                       \
	({                                                                             \
		uint64_t reports_ = race_report_count();                               \
                                                                                       \
		play_as(player);                                                       \
		errno = 77;                                                            \
		statement;                                                             \
		assert_int_equal(errno, 77);                                           \
		play_as(&play_main);                                                   \
		race_report_count() > reports_;                                        \
	})

/* Calls from different places: a race is told once for each. */
static __attribute__((noinline)) void free_here(void *memory)
{
	free(memory);
}

static __attribute__((noinline)) void free_there(void *memory)
{
	free(memory);
	__asm__ volatile("");
}

static void *allocate(int way, size_t bytes)
{
	void *memory = NULL;

	switch (way) {
	case 0:
		return malloc(bytes);
	case 1:
		return calloc(bytes / 4, 4);
	case 2:
		return realloc(NULL, bytes);
	case 3:
		return posix_memalign(&memory, 64, bytes) ? NULL : memory;
	case 4:
		return aligned_alloc(64, bytes);
	case 5:
		return memalign(64, bytes);
	case 6:
		return bytes & 8 ? valloc(bytes) : pvalloc(bytes);
	default:
		return reallocarray(NULL, bytes / 4, 4);
	}
}

/* ... who gets at it without order races with the allocation, if it is not a large
 * lazy one; who has it frees it silently. */
static void allocation_is_a_write(void **state)
{
	(void)state;
	for (int way = 0; way < 8; way++)
		for (int i = 0; i < 3; i++) {
			void *memory = NULL;

			assert_false(RACES(&a, memory = allocate(way, sizes[i])));
			assert_true(play_touch(&b, (uint64_t)memory + sizes[i] - 1, 1,
					       RACE_READ));
			play_order(&a, &c);
			assert_false(play_touch(&c, (uint64_t)memory, 16, RACE_READ));
			play_order(&b, &c);
			assert_false(RACES(&c, free(memory)));
		}
}

static void free_is_a_write(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		void *memory = NULL;
		struct player first;

		play_birth(&first);
		assert_false(RACES(&first, memory = malloc(sizes[i])));
		play_order(&first, &a);
		assert_false(play_touch(&a, (uint64_t)memory + sizes[i] - 4, 4, RACE_READ));
		play_join(&first);
		if (i & 1)
			assert_true(RACES(&play_main, free_here(memory)));
		else
			assert_true(RACES(&play_main, free_there(memory)));
		if (i < 3)
			assert_true(play_touch(&b, (uint64_t)memory + sizes[i] / 2, 1,
					       RACE_READ)); /* use after free */
	}
}

static void new_block_has_no_past(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		void *memory = NULL, *again = NULL;

		assert_false(RACES(&a, memory = malloc(sizes[i])));
		assert_false(play_touch(&a, (uint64_t)memory, sizes[i], RACE_WRITE));
		assert_false(RACES(&a, free(memory)));
		assert_false(RACES(&b, again = malloc(sizes[i])));
		assert_ptr_equal(again, memory); /* or this tests nothing */
		assert_false(play_touch(&b, (uint64_t)again, sizes[i], RACE_WRITE));
		assert_false(RACES(&b, free(again)));
	}
}

/* ... what code without instrumentation does is not judged; but what it freed was freed. */
static void others_may_know_better(void **state)
{
	void *memory = NULL;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_false(RACES(&a, memory = plain_malloc(sizes[i])));
		assert_false(play_touch(&b, (uint64_t)memory + sizes[i] - 4, 4, RACE_WRITE));
		assert_false(RACES(&c, memory = plain_realloc(memory, sizes[i] + 4000)));
		assert_false(play_touch(&b, (uint64_t)memory + sizes[i] - 4, 4, RACE_WRITE));
		assert_false(RACES(&a, plain_free(memory)));
		assert_true(play_touch(&b, (uint64_t)memory + sizes[i] - 4, 4, RACE_READ));
	}
}

static void locks_in_freed_memory_are_gone(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		char *memory = malloc(sizes[i]);
		uint64_t lock = (uint64_t)memory + sizes[i] - 8;

		race_sync_get(lock);
		race_sync_get((uint64_t)memory);
		free(memory);
		assert_null(race_sync_find(lock));
		assert_null(race_sync_find((uint64_t)memory));
	}
}

static void realloc_keeps_the_bytes(void **state)
{
	char *memory = malloc(100);

	(void)state;
	for (int i = 0; i < 100; i++)
		memory[i] = (char)i;
	for (size_t bytes = 200; bytes < 1 << 22; bytes *= 3) {
		memory = realloc(memory, bytes);
		assert_non_null(memory);
		for (int i = 0; i < 100; i++)
			assert_int_equal(memory[i], i);
	}
	memory = realloc(memory, 10);
	assert_int_equal(memory[9], 9);
	free(memory);
}

/* A block that moves is freed where it was: by who moves it, for all to see. */
static void realloc_is_a_free_and_an_allocation(void **state)
{
	void *memory = NULL, *moved = NULL, *behind;
	uint64_t old, lock;

	(void)state;
	assert_false(RACES(&a, memory = malloc(7000)));
	behind = malloc(7000);
	old = (uint64_t)memory;
	lock = old + 8;
	race_sync_get(lock);
	play_order(&a, &b);
	play_order(&a, &c);
	assert_false(play_touch(&c, old + 4000, 8, RACE_READ));
	assert_true(RACES(&b, moved = realloc(memory, 100000)));
	assert_int_not_equal((uint64_t)moved, old);
	assert_null(race_sync_find(lock));
	assert_true(play_touch(&d, (uint64_t)moved + 3000, 1, RACE_READ));
	free(behind);
	free(moved);
}

static void failures_are_libcs(void **state)
{
	size_t huge = SIZE_MAX / 2 + 8;
	void *memory = malloc(100), *hidden = memory; /* the compiler knows realloc */
	uint64_t lock = (uint64_t)memory;

	(void)state;
	race_sync_get(lock);
	errno = 0;
	__asm__ volatile("" : "+r"(huge), "+r"(hidden));
	assert_null(malloc(huge));
	assert_int_equal(errno, ENOMEM);
	assert_null(calloc(huge, 4));
	assert_null(realloc(hidden, huge));
	assert_non_null(race_sync_find(lock)); /* it is still there */
	errno = 0;
	assert_null(reallocarray(hidden, huge, 4));
	assert_int_equal(errno, ENOMEM);
	free(NULL);
	free(memory);
}

/* dlopen inside of the runtime allocates: from us, and later it gives that back. */
static void inside_the_runtime_memory_is_ours(void **state)
{
	size_t huge = SIZE_MAX / 2;
	char *memory, *zeroed;

	(void)state;
	__asm__ volatile("" : "+r"(huge));
	race_enter();
	memory = malloc(100);
	zeroed = calloc(10, 10);
	assert_null(calloc(huge, 4));
	race_leave();
	assert_true(race_alloc_owns(memory));
	assert_int_equal((uint64_t)memory % 16, 0);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(zeroed[i], 0);
		memory[i] = (char)i;
	}
	memory = realloc(memory, 5000); /* by the program, later */
	for (int i = 0; i < 100; i++)
		assert_int_equal(memory[i], i);
	free(memory);
	race_enter();
	free(zeroed);
	race_leave();
}

/* However large: what is not in the arena must be recognised as well. In a child, as
 * libc ends the process that gives it a block it does not know. */
static void large_memory_inside_the_runtime(void **state)
{
	char *memory;
	int status;
	pid_t child = fork();

	(void)state;
	if (!child) {
		race_enter();
		memory = malloc(1 << 20);
		memory[(1 << 20) - 1] = 1;
		race_leave();
		free(memory);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void mappings_begin_anew(void **state)
{
	const size_t bytes = 1 << 20;
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	char *memory = mmap(NULL, bytes, PROT_READ, flags, -1, 0), *again;

	(void)state;
	race_sync_get((uint64_t)memory + 4096);
	assert_false(play_touch(&a, (uint64_t)memory, bytes, RACE_WRITE));
	assert_int_equal(munmap(memory, bytes), 0);
	assert_null(race_sync_find((uint64_t)memory + 4096));
	again = mmap(memory, bytes, PROT_READ, flags | MAP_FIXED, -1, 0);
	assert_ptr_equal(again, memory);
	assert_false(play_touch(&b, (uint64_t)memory, bytes, RACE_WRITE));
	again = mmap(memory, 4096, PROT_READ, flags | MAP_FIXED, -1, 0); /* over a part */
	assert_false(play_touch(&c, (uint64_t)memory, 4096, RACE_WRITE));
	assert_true(play_touch(&c, (uint64_t)memory + 4096, 8, RACE_WRITE));
	munmap(memory, bytes);
}

static void failed_unmapping_forgets_nothing_needed(void **state)
{
	(void)state;
	assert_int_equal(munmap((void *)1, 4096), -1);
	assert_int_equal(errno, EINVAL);
	assert_ptr_equal(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), MAP_FAILED);
	assert_int_equal(errno, EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(allocation_is_a_write),
		PLAY_TEST(free_is_a_write),
		PLAY_TEST(new_block_has_no_past),
		PLAY_TEST(others_may_know_better),
		PLAY_TEST(locks_in_freed_memory_are_gone),
		PLAY_TEST(realloc_keeps_the_bytes),
		PLAY_TEST(realloc_is_a_free_and_an_allocation),
		PLAY_TEST(failures_are_libcs),
		PLAY_TEST(inside_the_runtime_memory_is_ours),
		PLAY_TEST(mappings_begin_anew),
		PLAY_TEST(failed_unmapping_forgets_nothing_needed),
		PLAY_TEST(large_memory_inside_the_runtime),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
