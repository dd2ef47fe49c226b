/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_atomic.c - what each memory order orders, and what the operations do to the
 * value. Happens-before is C11's to C++17's: release sequences, fences, a
 * compare-exchange that fails.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "atomic_bits.h"
#include "play.h"

enum order { RELAXED, CONSUME, ACQUIRE, RELEASE, ACQ_REL, SEQ_CST };

#define RACE_ATOMIC_HOOKS(bits, type)                                                  \
	type __race_atomic##bits##_load(type *, uint32_t, struct race_site *);         \
	void __race_atomic##bits##_store(type *, type, uint32_t, struct race_site *);  \
	type __race_atomic##bits##_rmw(type *, type, uint32_t, uint32_t,               \
				       struct race_site *);                            \
	type __race_atomic##bits##_cas(type *, type, type, uint32_t, uint32_t,         \
				       struct race_site *);
RACE_ATOMIC_HOOKS(8, uint8_t)
RACE_ATOMIC_HOOKS(16, uint16_t)
RACE_ATOMIC_HOOKS(32, uint32_t)
RACE_ATOMIC_HOOKS(64, uint64_t)
RACE_ATOMIC_HOOKS(128, unsigned __int128)
void __race_fence(uint32_t order);

static struct race_site load_site = { .bytes = 4, .kind = RACE_ATOMIC_READ };
static struct race_site store_site = { .bytes = 4, .kind = RACE_ATOMIC_WRITE };

#define variable() ((uint32_t *)play_memory())

static uint32_t load(struct player *player, uint32_t *x, uint32_t order)
{
	uint32_t value;

	play_as(player);
	value = __race_atomic32_load(x, order, &load_site);
	play_as(&play_main);
	return value;
}

/* Returns the player's word before: what the release publishes. */
static uint64_t store(struct player *player, uint32_t *x, uint32_t value, uint32_t order)
{
	uint64_t past = play_word(player);

	play_as(player);
	__race_atomic32_store(x, value, order, &store_site);
	play_as(&play_main);
	return past;
}

static uint64_t add(struct player *player, uint32_t *x, uint32_t order)
{
	uint64_t past = play_word(player);

	play_as(player);
	__race_atomic32_rmw(x, 1, RACE_RMW_ADD, order, &store_site);
	play_as(&play_main);
	return past;
}

static uint32_t cas(struct player *player, uint32_t *x, uint32_t expected, uint32_t success,
		    uint32_t failure)
{
	uint32_t found;

	play_as(player);
	found = __race_atomic32_cas(x, expected, 100, success, failure, &store_site);
	play_as(&play_main);
	return found;
}

static void fence(struct player *player, uint32_t order)
{
	play_as(player);
	__race_fence(order);
	play_as(&play_main);
}

static bool acquires(uint32_t order)
{
	return order != RELAXED && order != RELEASE;
}

static bool releases(uint32_t order)
{
	return order >= RELEASE;
}

static void every_pair_of_orders(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 36 * 4; i++) {
		uint32_t first = i % 6, second = i / 6 % 6;
		bool modify_first = i / 36 & 1, modify_second = i / 72;
		uint32_t *x = variable();
		struct player reader;
		uint64_t past;

		if (!modify_first && first != RELAXED && first != RELEASE && first != SEQ_CST)
			continue;
		if (!modify_second && (second == RELEASE || second == ACQ_REL))
			continue;
		play_birth(&reader);
		past = modify_first ? add(&a, x, first) : store(&a, x, 1, first);
		if (modify_second)
			add(&reader, x, second);
		else
			assert_int_equal(load(&reader, x, second), 1);
		assert_int_equal(play_knows(&reader, past),
				 releases(first) && acquires(second));
		assert_false(play_knows(&reader, play_word(&a)));
		play_join(&reader);
	}
}

/* Each is seen, though the last one was known. */
static void release_after_release(void **state)
{
	uint32_t *x = variable();

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		uint64_t past = store(&a, x, i, RELEASE);

		assert_false(play_knows(&b, past));
		load(&b, x, ACQUIRE);
		assert_true(play_knows(&b, past));
	}
}

/* ---- release sequences ---- */

static void modifications_continue_a_release_sequence(void **state)
{
	uint32_t *x = variable();
	uint64_t of_a = store(&a, x, 1, RELEASE), of_b = add(&b, x, RELAXED);

	(void)state;
	assert_false(play_knows(&b, of_a));
	load(&c, x, ACQUIRE);
	assert_true(play_knows(&c, of_a));
	assert_false(play_knows(&c, of_b));
	of_b = add(&b, x, RELEASE);
	load(&d, x, ACQUIRE);
	assert_true(play_knows(&d, of_a));
	assert_true(play_knows(&d, of_b));
}

static void own_store_continues_it(void **state)
{
	uint32_t *x = variable();
	uint64_t past = store(&a, x, 1, RELEASE), later;

	(void)state;
	later = store(&a, x, 2, RELAXED);
	load(&b, x, ACQUIRE);
	assert_true(play_knows(&b, past));
	assert_false(play_knows(&b, later));
}

/* C++20, by a flag of the store; what a fence released goes with the store all the same. */
static void own_store_alone_ends_it(void **state)
{
	uint32_t *x = variable();
	uint64_t past = store(&a, x, 1, RELEASE), fenced;

	(void)state;
	store(&a, x, 2, RACE_ORDER_RELAXED_ALONE);
	load(&b, x, ACQUIRE);
	assert_false(play_knows(&b, past));
	fence(&a, RELEASE);
	fenced = past;
	past = store(&a, x, 3, RELEASE);
	store(&a, x, 4, RACE_ORDER_RELAXED_ALONE);
	assert_true(play_word(&a) != past); /* only the release began a new epoch */
	load(&c, x, ACQUIRE);
	assert_true(play_knows(&c, fenced));
	assert_false(play_knows(&c, past));
}

static void strangers_store_ends_it(void **state)
{
	uint32_t *x = variable(), *y = variable();
	uint64_t of_a = store(&a, x, 1, RELEASE), of_b;

	(void)state;
	store(&b, x, 2, RELAXED);
	load(&c, x, ACQUIRE);
	assert_false(play_knows(&c, of_a));
	of_a = store(&a, y, 1, RELEASE);
	of_b = store(&b, y, 2, RELEASE);
	load(&d, y, ACQUIRE);
	assert_false(play_knows(&d, of_a));
	assert_true(play_knows(&d, of_b));
}

/* A later life in the slot is another thread. */
static void next_life_in_the_slot_ends_it(void **state)
{
	uint32_t *x = variable();
	struct player first, later;
	uint64_t past;

	(void)state;
	play_birth(&first);
	past = store(&first, x, 1, RELEASE);
	play_join(&first);
	for (;;) {
		play_birth(&later);
		if (later.thread->tid == first.thread->tid)
			break;
		play_join(&later);
	}
	store(&later, x, 2, RELAXED);
	load(&b, x, ACQUIRE);
	assert_false(play_knows(&b, past));
	play_join(&later);
}

/* Of several that head it, the one that stores keeps its part, whichever tid it has now;
 * who has ended makes room for others. */
static void one_of_several_keeps_its_part(void **state)
{
	uint32_t *x = variable();
	uint64_t of_a, of_moved = 0;
	struct player moved, other;

	(void)state;
	play_birth(&moved);
	of_a = add(&a, x, RELEASE);
	for (uint32_t i = 0; i < 40; i++) {
		play_birth(&other);
		add(&other, x, RELEASE);
		play_join(&other);
		if (i == 3)
			of_moved = add(&moved, x, RELEASE);
	}
	moved.thread->clock[moved.thread->tid] = race_clock_entry(RACE_EPOCH_LAST - 2);
	play_as(&moved);
	race_thread_tick(moved.thread);
	play_as(&play_main);
	assert_int_not_equal(race_cell_tid(play_word(&moved)), race_cell_tid(of_moved));
	store(&moved, x, 2, RELAXED);
	load(&b, x, ACQUIRE);
	assert_true(play_knows(&b, of_moved));
	assert_false(play_knows(&b, of_a));
	store(&a, x, 3, RELAXED);
	load(&c, x, ACQUIRE);
	assert_false(play_knows(&c, of_moved));
	play_join(&moved);
}

/* ---- fences ---- */

static void fences_order_relaxed_accesses(void **state)
{
	uint32_t *x = variable();
	uint64_t past = play_word(&a), later;

	(void)state;
	fence(&a, RELEASE);
	later = store(&a, x, 1, RELAXED);
	load(&b, x, RELAXED);
	assert_false(play_knows(&b, past));
	fence(&b, ACQUIRE);
	assert_true(play_knows(&b, past));
	assert_false(play_knows(&b, later)); /* behind the fence */
	load(&c, x, ACQUIRE);
	assert_true(play_knows(&c, past));
	fence(&d, SEQ_CST); /* read nothing */
	assert_false(play_knows(&d, past));
}

static void release_fence_alone_is_nothing(void **state)
{
	uint32_t *x = variable();
	uint64_t past;

	(void)state;
	past = store(&a, x, 1, RELAXED);
	fence(&a, RELEASE);
	load(&b, x, ACQUIRE);
	fence(&b, ACQUIRE);
	assert_false(play_knows(&b, past));
}

static void acquire_fence_takes_a_release_store(void **state)
{
	uint32_t *x = variable(), *y = variable();
	uint64_t of_x = store(&a, x, 1, RELEASE), of_y = store(&b, y, 1, RELEASE);

	(void)state;
	load(&c, x, RELAXED);
	load(&c, y, RELAXED);
	assert_false(play_knows(&c, of_x));
	fence(&c, RELEASE);
	assert_false(play_knows(&c, of_x));
	fence(&c, ACQ_REL);
	assert_true(play_knows(&c, of_x));
	assert_true(play_knows(&c, of_y));
}

static void fenced_modification_continues(void **state)
{
	uint32_t *x = variable();
	uint64_t of_a = store(&a, x, 1, RELEASE), of_b = play_word(&b);

	(void)state;
	fence(&b, RELEASE);
	add(&b, x, RELAXED);
	load(&c, x, ACQUIRE);
	assert_true(play_knows(&c, of_a));
	assert_true(play_knows(&c, of_b));
}

static void strangers_store_ends_what_a_fence_gave(void **state)
{
	uint32_t *x = variable();
	uint64_t past = play_word(&a);

	(void)state;
	fence(&a, RELEASE);
	store(&a, x, 1, RELAXED);
	store(&b, x, 2, RELAXED);
	load(&c, x, ACQUIRE);
	assert_false(play_knows(&c, past));
}

/* ---- compare-exchange ---- */

static void exchange_orders_as_it_ended(void **state)
{
	uint32_t *x = variable(), *y = variable();
	uint64_t past = store(&a, x, 7, RELEASE), mine;

	(void)state;
	mine = play_word(&b);
	assert_int_equal(cas(&b, x, 8, ACQ_REL, RELAXED), 7); /* fails, relaxed */
	assert_int_equal(*x, 7);
	assert_false(play_knows(&b, past));
	fence(&b, ACQUIRE);
	assert_true(play_knows(&b, past));
	load(&c, x, ACQUIRE);
	assert_false(play_knows(&c, mine)); /* nothing was released */
	assert_int_equal(cas(&d, x, 8, RELAXED, ACQUIRE), 7);
	assert_true(play_knows(&d, past));
	past = store(&a, y, 7, RELEASE);
	mine = play_word(&b);
	assert_int_equal(cas(&b, y, 7, ACQ_REL, RELAXED), 7);
	assert_true(play_knows(&b, past));
	load(&c, y, ACQUIRE);
	assert_true(play_knows(&c, mine));
}

/* ---- atomics as accesses ---- */

static void atomics_race_with_plain_accesses_only(void **state)
{
	uint32_t *x = variable(), *y = variable(), *z = variable();
	uint64_t before = race_report_count();

	(void)state;
	store(&a, x, 1, RELAXED);
	add(&b, x, RELAXED);
	load(&c, x, RELAXED);
	cas(&d, x, 2, RELAXED, RELAXED);
	load(&a, y, RELAXED);
	cas(&a, z, 5, RELAXED, RELAXED); /* fails: a read */
	assert_int_equal(race_report_count(), before);
	assert_false(play_touch(&b, (uint64_t)y, 4, RACE_READ));
	assert_false(play_touch(&b, (uint64_t)z, 4, RACE_READ));
	assert_true(play_touch(&b, (uint64_t)x, 4, RACE_READ));
	assert_true(play_touch(&c, (uint64_t)y, 4, RACE_WRITE));
	assert_true(play_touch(&c, (uint64_t)z, 4, RACE_WRITE));
}

/* ---- values ---- */

#define CHECK_WIDTH(bits, type)                                                        \
	static void values_of_##bits##_bits(void **state)                              \
	{                                                                              \
		const type most = (type)~(type)0, high = (type)~(most >> 1);           \
		static _Alignas(16) type x;                                            \
		struct race_site site = { .kind = RACE_ATOMIC_WRITE };                 \
		static const struct { uint32_t what; int from, by, to; } cases[] = {   \
			{ RACE_RMW_XCHG, 5, 9, 9 }, { RACE_RMW_ADD, 5, -1, 4 },        \
			{ RACE_RMW_SUB, 5, 7, -2 }, { RACE_RMW_AND, 6, 3, 2 },         \
			{ RACE_RMW_NAND, 6, 3, ~2 }, { RACE_RMW_OR, 6, 3, 7 },         \
			{ RACE_RMW_XOR, 6, 3, 5 }, { RACE_RMW_MAX, -1, 3, 3 },         \
			{ RACE_RMW_MIN, -1, 3, -1 }, { RACE_RMW_UMAX, -1, 3, -1 },     \
			{ RACE_RMW_UMIN, -1, 3, 3 }, { RACE_RMW_UINC_WRAP, 3, 3, 0 },  \
			{ RACE_RMW_UINC_WRAP, 2, 3, 3 }, { RACE_RMW_UDEC_WRAP, 0, 3, 3 }, \
			{ RACE_RMW_UDEC_WRAP, 5, 3, 3 }, { RACE_RMW_UDEC_WRAP, 3, 3, 2 }, \
		};                                                                     \
                                                                                       \
		(void)state;                                                           \
		for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {      \
			__race_atomic##bits##_store(&x, (type)cases[i].from, SEQ_CST, &site); \
			assert_true(__race_atomic##bits##_rmw(&x, (type)cases[i].by,   \
				cases[i].what, SEQ_CST, &site) == (type)cases[i].from);\
			assert_true(__race_atomic##bits##_load(&x, SEQ_CST, &load_site) == \
				    (type)cases[i].to);                                \
		}                                                                      \
		__race_atomic##bits##_store(&x, high, RELEASE, &site);                 \
		assert_true(__race_atomic##bits##_cas(&x, most, 1, SEQ_CST, SEQ_CST, &site) == \
			    high);                                                     \
		assert_true(x == high);                                                \
		assert_true(__race_atomic##bits##_cas(&x, high, most, SEQ_CST, SEQ_CST, \
						      &site) == high);                 \
		assert_true(x == most);                                                \
	}
CHECK_WIDTH(8, uint8_t)
CHECK_WIDTH(16, uint16_t)
CHECK_WIDTH(32, uint32_t)
CHECK_WIDTH(64, uint64_t)
CHECK_WIDTH(128, unsigned __int128)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_8_bits), /* with one thread, too */
		PLAY_TEST(values_of_8_bits),
		PLAY_TEST(values_of_16_bits),
		PLAY_TEST(values_of_32_bits),
		PLAY_TEST(values_of_64_bits),
		PLAY_TEST(values_of_128_bits),
		PLAY_TEST(every_pair_of_orders),
		PLAY_TEST(release_after_release),
		PLAY_TEST(modifications_continue_a_release_sequence),
		PLAY_TEST(own_store_continues_it),
		PLAY_TEST(own_store_alone_ends_it),
		PLAY_TEST(strangers_store_ends_it),
		PLAY_TEST(next_life_in_the_slot_ends_it),
		PLAY_TEST(one_of_several_keeps_its_part),
		PLAY_TEST(fences_order_relaxed_accesses),
		PLAY_TEST(release_fence_alone_is_nothing),
		PLAY_TEST(acquire_fence_takes_a_release_store),
		PLAY_TEST(fenced_modification_continues),
		PLAY_TEST(strangers_store_ends_what_a_fence_gave),
		PLAY_TEST(exchange_orders_as_it_ended),
		PLAY_TEST(atomics_race_with_plain_accesses_only),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
