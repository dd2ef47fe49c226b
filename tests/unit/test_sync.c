/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_sync.c - sync objects by address, and that what was released is what is learned:
 * no shortcut may lose knowledge, or give some that was not released.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <sys/mman.h>

#include "play.h"

/* An address for an object. */
static uint64_t object(void)
{
	return play_memory();
}

static void store_at(struct player *player, uint64_t addr)
{
	play_as(player);
	race_sync_store(player->thread, race_sync_get(addr));
	race_thread_tick(player->thread);
	play_as(&play_main);
}

static void merge_at(struct player *player, uint64_t addr)
{
	play_as(player);
	race_sync_release_at(player->thread, addr);
	play_as(&play_main);
}

static void acquire_at(struct player *player, uint64_t addr)
{
	play_as(player);
	race_sync_acquire_at(player->thread, addr);
	play_as(&play_main);
}

static void objects_are_found_by_address(void **state)
{
	uint64_t x = object();
	struct race_sync *one, *two;

	(void)state;
	assert_null(race_sync_find(x));
	one = race_sync_get(x);
	assert_ptr_equal(race_sync_get(x), one);
	assert_null(race_sync_find(x + 1)); /* each byte may have one */
	two = race_sync_get(x + 1);
	assert_ptr_not_equal(one, two);
	assert_ptr_equal(race_sync_find(x), one);
	assert_ptr_equal(race_sync_find(x + 1), two);
	assert_int_equal(two->addr, x + 1);
	assert_null(two->clock);
}

/* Any byte of any page of a range, and nothing beside it. */
static void forget_takes_the_range_and_no_more(void **state)
{
	uint64_t base = (uint64_t)mmap(NULL, 1 << 16, PROT_NONE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static const struct {
		uint64_t start, bytes;
	} ranges[] = { { 8, 8 }, { 3, 1 }, { 4090, 12 }, { 4096, 4096 }, { 100, 20000 } };

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		uint64_t start = base + ranges[i].start, end = start + ranges[i].bytes;
		const uint64_t inside[] = { start, (start + end) / 2, end - 1 };

		for (int k = 0; k < 3; k++)
			race_sync_get(inside[k]);
		race_sync_get(start - 1);
		race_sync_get(end);
		race_sync_forget(start, end - start);
		for (int k = 0; k < 3; k++)
			assert_null(race_sync_find(inside[k]));
		assert_non_null(race_sync_find(start - 1));
		assert_non_null(race_sync_find(end));
		race_sync_forget(base, 1 << 16);
		assert_null(race_sync_find(end));
	}
}

static void forgotten_object_orders_nothing(void **state)
{
	uint64_t x = object(), past;

	(void)state;
	past = play_word(&a);
	merge_at(&a, x);
	race_sync_forget(x, 8);
	acquire_at(&b, x);
	assert_false(play_knows(&b, past));
	merge_at(&c, x);
	acquire_at(&b, x);
	assert_false(play_knows(&b, past));
}

/* One object for both views of a file, also where its bytes had objects before; and each address
 * outside has its own, as ever. */
static void views_of_a_file_share_their_objects(void **state)
{
	char *views = mmap(NULL, 3 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t one = (uint64_t)views, two = one + 4096, outside = two + 4096;
	struct race_sync *before = race_sync_get(outside + 8);

	(void)state;
	race_sync_get(one + 8);
	race_sync_forget(one, 8192);
	race_shared_add(one, 4096, 1, 7, 0);
	race_shared_add(two, 4096, 1, 7, 0);
	assert_null(race_sync_find(one + 8));
	assert_ptr_equal(race_sync_get(one + 8), race_sync_get(two + 8));
	assert_non_null(race_sync_find(one + 8));
	assert_ptr_equal(race_sync_find(one + 8), race_sync_find(two + 8));
	assert_ptr_equal(race_sync_get(outside + 8), before);
	assert_ptr_equal(race_sync_find(outside + 8), before);
	assert_null(race_sync_find(outside));
	race_shared_drop(one, 8192);
	assert_null(race_sync_find(two + 8));
	munmap(views, 3 * 4096);
}

static void release_is_learned_by_who_acquires(void **state)
{
	uint64_t x = object(), past = play_word(&a), later;

	(void)state;
	merge_at(&a, x);
	later = play_word(&a);
	assert_true(later > past); /* a new epoch */
	acquire_at(&b, x);
	assert_true(play_knows(&b, past));
	assert_false(play_knows(&b, later));
	assert_false(play_knows(&c, past));
	assert_false(play_knows(&a, play_word(&b)));
}

/* The quick store: a's own release was the last. */
static void store_again_hands_on_the_new_epoch(void **state)
{
	uint64_t x = object(), past;

	(void)state;
	for (int i = 0; i < 4; i++) {
		past = play_word(&a);
		store_at(&a, x);
		acquire_at(i & 1 ? &b : &c, x);
		assert_true(play_knows(i & 1 ? &b : &c, past));
		assert_false(play_knows(i & 1 ? &c : &b, past));
	}
}

/* ... unless a has learned something since. */
static void store_again_hands_on_what_was_learned(void **state)
{
	uint64_t x = object(), past = play_word(&b);

	(void)state;
	store_at(&a, x);
	play_order(&b, &a);
	store_at(&a, x);
	acquire_at(&c, x);
	assert_true(play_knows(&c, past));
}

static void store_again_after_another(void **state)
{
	uint64_t x = object(), of_a = play_word(&a), of_b = play_word(&b);

	(void)state;
	store_at(&a, x);
	store_at(&b, x); /* b did not acquire: a's is gone */
	acquire_at(&c, x);
	assert_true(play_knows(&c, of_b));
	assert_false(play_knows(&c, of_a));
	store_at(&a, x);
	acquire_at(&d, x);
	assert_true(play_knows(&d, of_a));
	assert_false(play_knows(&d, of_b));
}

/* The quick acquire: the last release is known, though more was learned elsewhere. */
static void acquire_skips_only_what_is_known(void **state)
{
	uint64_t x = object(), y = object(), of_a = play_word(&a), of_b = play_word(&b);

	(void)state;
	merge_at(&a, x);
	acquire_at(&c, x);
	merge_at(&b, y);
	acquire_at(&a, y);
	merge_at(&a, x); /* a's next epoch, with b's past in it */
	acquire_at(&c, x);
	assert_true(play_knows(&c, of_a));
	assert_true(play_knows(&c, of_b));
}

static void merge_keeps_what_was_there(void **state)
{
	uint64_t x = object(), of_a = play_word(&a), of_b = play_word(&b);
	uint64_t of_c = play_word(&c);

	(void)state;
	merge_at(&a, x);
	merge_at(&b, x);
	acquire_at(&d, x);
	assert_true(play_knows(&d, of_a));
	assert_true(play_knows(&d, of_b));
	merge_at(&c, x);
	acquire_at(&d, x); /* d knows the others already */
	assert_true(play_knows(&d, of_c));
	of_a = play_word(&a);
	merge_at(&a, x); /* a's second, onto a join */
	acquire_at(&d, x);
	assert_true(play_knows(&d, of_a));
}

/* Who knows the last to release knows not, for that, all that is in a join. */
static void join_of_several_is_no_snapshot_of_the_last(void **state)
{
	uint64_t x = object(), of_a = play_word(&a);

	(void)state;
	merge_at(&a, x);
	merge_at(&b, x);
	play_order(&b, &c);
	play_order(&b, &d);
	merge_at(&c, x); /* must not replace it */
	acquire_at(&d, x);
	assert_true(play_knows(&d, of_a));
}

static void store_replaces_a_merge(void **state)
{
	uint64_t x = object(), of_a = play_word(&a), of_b = play_word(&b);

	(void)state;
	merge_at(&a, x);
	merge_at(&b, x);
	store_at(&c, x);
	acquire_at(&d, x);
	assert_false(play_knows(&d, of_a));
	assert_false(play_knows(&d, of_b));
	merge_at(&a, x); /* onto c's store, which a does not know */
	of_b = play_word(&c) - RACE_EPOCH_ONE;
	acquire_at(&b, x);
	assert_true(play_knows(&b, of_b));
}

static void broken_object_orders_nothing(void **state)
{
	uint64_t x = object(), past = play_word(&a);

	(void)state;
	merge_at(&a, x);
	race_sync_break(race_sync_get(x));
	acquire_at(&b, x);
	assert_false(play_knows(&b, past));
	past = play_word(&a);
	store_at(&a, x); /* the quick store must see that its clock has gone */
	acquire_at(&b, x);
	assert_true(play_knows(&b, past));
}

/* Threads come after the release: the object's clock must learn their slots, and keep
 * what it holds. */
static void clock_grows_with_the_threads(void **state)
{
	static struct player many[40];
	uint64_t x = object(), past = play_word(&a), last;

	(void)state;
	merge_at(&a, x);
	for (int i = 0; i < 40; i++)
		play_birth(&many[i]);
	last = play_word(&many[39]);
	merge_at(&many[39], x); /* many[39] does not know a's */
	acquire_at(&b, x);
	for (int i = 0; i < 40; i++)
		play_join(&many[i]);
	assert_true(play_knows(&b, last));
	assert_true(play_knows(&b, past));
}

/* ---- a slot's next life is another thread ---- */

/* Ends `old` and makes players until one has its slot. */
static struct player *next_in_slot(struct player *old)
{
	static struct player next[64];
	uint32_t i;

	play_join(old);
	for (i = 0; i < 63; i++) {
		play_birth(&next[i]);
		if (next[i].thread->tid == old->thread->tid)
			break;
		play_join(&next[i]);
	}
	return &next[i];
}

/* The quick store must not take the next life's clock for the one it stored before. */
static void reused_slot_stores_its_own_clock(void **state)
{
	uint64_t x = object(), y = object(), past, learned = play_word(&b);
	struct player old, *next;

	(void)state;
	play_birth(&old);
	store_at(&old, x);
	merge_at(&b, y);
	race_sync_acquire_at(play_main.thread, y); /* main, and so its next child, know b */
	next = next_in_slot(&old);
	assert_int_equal(next->thread->tid, old.thread->tid);
	past = play_word(next);
	store_at(next, x);
	acquire_at(&c, x);
	assert_true(play_knows(&c, past));
	assert_true(play_knows(&c, learned));
	play_join(next);
}

/* ... nor hand on, as its own, what only the old life had learned. */
static void reused_slot_does_not_keep_an_old_merge(void **state)
{
	uint64_t x = object(), of_b = play_word(&b);
	struct player old, *next;

	(void)state;
	merge_at(&b, x);
	play_birth(&old);
	merge_at(&old, x); /* joined: b's and old's */
	next = next_in_slot(&old);
	store_at(next, x);
	acquire_at(&c, x);
	assert_false(play_knows(&c, of_b));
	play_join(next);
}

/* ---- objects made and forgotten by several threads at once ---- */

static char shared[1 << 14] __attribute__((aligned(4096)));

static void *make_objects(void *out)
{
	for (int round = 0; round < 50; round++)
		for (uint64_t i = 0; i < sizeof(shared); i += 24)
			if (race_sync_get((uint64_t)shared + i)->addr != (uint64_t)shared + i)
				return NULL;
	return out;
}

static void threads_find_the_same_objects(void **state)
{
	pthread_t thread[4];
	void *result;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, make_objects, shared), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], &result);
		assert_non_null(result);
	}
	for (uint64_t i = 0; i < sizeof(shared); i += 24) {
		struct race_sync *sync = race_sync_find((uint64_t)shared + i);

		assert_non_null(sync);
		for (sync = sync->next; sync; sync = sync->next)
			assert_int_not_equal(sync->addr, (uint64_t)shared + i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(objects_are_found_by_address),
		PLAY_TEST(forget_takes_the_range_and_no_more),
		PLAY_TEST(forgotten_object_orders_nothing),
		PLAY_TEST(views_of_a_file_share_their_objects),
		PLAY_TEST(release_is_learned_by_who_acquires),
		PLAY_TEST(store_again_hands_on_the_new_epoch),
		PLAY_TEST(store_again_hands_on_what_was_learned),
		PLAY_TEST(store_again_after_another),
		PLAY_TEST(acquire_skips_only_what_is_known),
		PLAY_TEST(merge_keeps_what_was_there),
		PLAY_TEST(join_of_several_is_no_snapshot_of_the_last),
		PLAY_TEST(store_replaces_a_merge),
		PLAY_TEST(broken_object_orders_nothing),
		PLAY_TEST(clock_grows_with_the_threads),
		PLAY_TEST(reused_slot_stores_its_own_clock),
		PLAY_TEST(reused_slot_does_not_keep_an_old_merge),
		cmocka_unit_test(threads_find_the_same_objects),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
