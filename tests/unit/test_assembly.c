/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_assembly.c - what the hooks around inline assembly order.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "play.h"

struct race_sync *__race_asm_begin(void *addr);
void __race_asm_end(struct race_sync *sync, void *addr, uint32_t what, struct race_site *site);
void __race_asm_before(void *addr, uint32_t what, struct race_site *site);
void __race_asm_after(void *addr, uint32_t what, struct race_site *site);

enum { LOAD = RACE_ASM_LOAD, STORE = RACE_ASM_STORE, UPDATE = RACE_ASM_UPDATE,
       MODIFY = RACE_ASM_MODIFY };

static struct race_site load_site = { .bytes = 4, .kind = RACE_ATOMIC_READ };
static struct race_site other_site = { .bytes = 4, .kind = RACE_ATOMIC_WRITE };

#define variable() ((uint32_t *)play_memory())

static struct race_site *site_of(uint32_t what)
{
	return what == LOAD ? &load_site : &other_site;
}

/* Returns the player's word before: what a release publishes. */
static uint64_t held(struct player *player, uint32_t *x, uint32_t what)
{
	uint64_t past = play_word(player);

	play_as(player);
	__race_asm_end(__race_asm_begin(x), x, what, site_of(what));
	play_as(&play_main);
	return past;
}

static uint64_t before(struct player *player, uint32_t *x, uint32_t what)
{
	uint64_t past = play_word(player);

	play_as(player);
	__race_asm_before(x, what, site_of(what));
	play_as(&play_main);
	return past;
}

static void after(struct player *player, uint32_t *x, uint32_t what)
{
	play_as(player);
	__race_asm_after(x, what, site_of(what));
	play_as(&play_main);
}

static void releases_meet_acquires(void **state)
{
	static const uint32_t giving[] = { STORE, UPDATE, MODIFY }, taking[] = { LOAD, MODIFY };

	(void)state;
	for (int i = 0; i < 3 * 2 * 4; i++) {
		uint32_t give = giving[i % 3], take = taking[i / 3 % 2], *x = variable();
		struct player reader;
		uint64_t past;

		play_birth(&reader);
		past = i / 6 % 2 ? held(&a, x, give) : before(&a, x, give);
		assert_false(play_knows(&reader, past));
		if (i / 12) {
			held(&reader, x, take);
		} else {
			if (take != LOAD)
				before(&reader, x, take);
			after(&reader, x, take);
		}
		assert_true(play_knows(&reader, past));
		assert_false(play_knows(&reader, play_word(&a)));
		play_join(&reader);
	}
}

static void neither_load_nor_failure_releases(void **state)
{
	uint32_t *x = variable();
	uint64_t past = held(&a, x, LOAD);

	(void)state;
	held(&b, x, MODIFY);
	assert_false(play_knows(&b, past));
	assert_true(play_word(&a) == past);
}

static void store_ends_what_others_released(void **state)
{
	uint32_t *x = variable();
	uint64_t of_a = held(&a, x, MODIFY), of_b = held(&b, x, STORE);

	(void)state;
	held(&c, x, LOAD);
	assert_false(play_knows(&c, of_a));
	assert_true(play_knows(&c, of_b));
}

/* The old value may still be read. */
static void store_that_is_only_announced_does_not(void **state)
{
	uint32_t *x = variable();
	uint64_t of_a = held(&a, x, STORE), of_b = before(&b, x, STORE);

	(void)state;
	held(&c, x, LOAD);
	assert_true(play_knows(&c, of_a));
	assert_true(play_knows(&c, of_b));
}

/* What was known before begin is offered again after end. */
static void held_object_offers_nothing(void **state)
{
	uint32_t *x = variable();
	struct race_sync *sync;
	uint64_t release;

	(void)state;
	held(&a, x, STORE);
	release = race_sync_find((uint64_t)x)->release;
	assert_true(release);
	play_as(&b);
	sync = __race_asm_begin(x);
	assert_true(sync->addr == (uint64_t)x);
	assert_int_equal(sync->release, 0);
	assert_int_equal(sync->lock.taken, 1);
	assert_true(race_is_busy());
	__race_asm_end(sync, x, LOAD, &load_site);
	assert_false(race_is_busy());
	assert_int_equal(sync->lock.taken, 0);
	assert_true(sync->release == release);
	play_as(&play_main);
}

static void updates_race_with_updates(void **state)
{
	uint32_t *x = variable();
	uint64_t reports = race_report_count();

	(void)state;
	held(&a, x, UPDATE);
	held(&a, x, UPDATE);
	held(&b, x, MODIFY); /* takes the lock that a gave back */
	held(&b, x, UPDATE);
	assert_int_equal(race_report_count(), reports);
	held(&c, x, UPDATE);
	assert_int_equal(race_report_count(), reports + 1);
	before(&d, x, UPDATE);
	assert_int_equal(race_report_count(), reports + 2);
}

static void plain_accesses_race_with_it(void **state)
{
	(void)state;
	for (uint32_t what = LOAD; what <= MODIFY; what *= 2) {
		uint32_t *x = variable();

		held(&a, x, what);
		assert_true(play_touch(&b, (uint64_t)x, 1, RACE_READ) == (what != LOAD));
		assert_true(play_touch(&c, (uint64_t)x + 3, 1, RACE_WRITE));
		assert_false(play_touch(&d, (uint64_t)x + 4, 4, RACE_WRITE));
	}
}

static void nothing_by_another_way(void **state)
{
	(void)state;
	play_as(&a);
	__race_asm_after(NULL, MODIFY, &other_site);
	__race_asm_end(NULL, NULL, MODIFY, &other_site);
	play_as(&play_main);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(releases_meet_acquires),
		PLAY_TEST(neither_load_nor_failure_releases),
		PLAY_TEST(store_ends_what_others_released),
		PLAY_TEST(store_that_is_only_announced_does_not),
		PLAY_TEST(held_object_offers_nothing),
		PLAY_TEST(updates_race_with_updates),
		PLAY_TEST(plain_accesses_race_with_it),
		PLAY_TEST(nothing_by_another_way),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
