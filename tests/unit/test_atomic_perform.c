/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_atomic_perform.c - a load that takes no lock, and what another thread does right in
 * the middle of it, between its two looks at the newest release. Here the load's own read
 * of the value is where that thread has its turn.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>

#include "atomic_bits.h"
#include "play.h"
#include "stop.h"

static uint32_t read_in_the_middle(uint32_t *addr);
#define bits_load32 read_in_the_middle
#include "atomic_perform.h"
#undef bits_load32

uint32_t __race_atomic32_load(uint32_t *addr, uint32_t order, struct race_site *site);
void __race_atomic32_store(uint32_t *addr, uint32_t value, uint32_t order, struct race_site *site);

static struct race_site load_site = { .bytes = 4, .kind = RACE_ATOMIC_READ };
static struct race_site store_site = { .bytes = 4, .kind = RACE_ATOMIC_WRITE };

static uint32_t variable, reads, middle, behind;
static uint64_t published;
static bool has_stopped;
static void (*meanwhile)(void);

/* Whose turn it is; nothing that the runtime sees. */
static uint32_t turn;
enum { LOADER, OTHER, NOBODY };

static void pass_to(uint32_t next, uint32_t back)
{
	race_store_release(&turn, next);
	while (race_load_acquire(&turn) != back)
		sched_yield();
}

static void *other_thread(void *unused)
{
	for (;;) {
		while (race_load_acquire(&turn) == LOADER)
			sched_yield();
		if (race_load(&turn) == NOBODY)
			return unused;
		meanwhile();
		race_store_release(&turn, LOADER);
	}
}

static uint32_t read_in_the_middle(uint32_t *addr)
{
	uint32_t value;

	if (++reads == middle)
		pass_to(OTHER, LOADER);
	value = bits_load32(addr);
	if (reads == behind)
		pass_to(OTHER, LOADER);
	return value;
}

/* The short way reads between the two looks alone. */
static uint32_t load_again(void (*other)(void))
{
	middle = 0;
	perform_load32(&variable, ACQUIRE, &load_site, 1); /* its trace is there now */
	meanwhile = other;
	reads = 0;
	middle = 1;
	return perform_load32(&variable, ACQUIRE, &load_site, 1);
}

/* The whole way reads before any look, too. */
static uint32_t load_whole(void (*other)(void))
{
	meanwhile = other;
	reads = 0;
	middle = 2;
	return load_whole32(&variable, ACQUIRE, &load_site, 1);
}

static void stops_the_world(void)
{
	has_stopped = race_stop_try();
	if (has_stopped)
		race_stop_end();
}

/* It acquires first, so that its store takes the place of the loader's, and the trace of the
 * load stays where the short way sees it. */
static void stores(void)
{
	__race_atomic32_load(&variable, ACQUIRE, &load_site);
	published = __race_self.word;
	__race_atomic32_store(&variable, 7, RELEASE, &store_site);
}

static void with_another_thread(void (*body)(void))
{
	pthread_t other;

	race_store(&turn, LOADER);
	pthread_create(&other, NULL, other_thread, NULL);
	__race_atomic32_store(&variable, 1, RELEASE, &store_site);
	body();
	race_store_release(&turn, NOBODY);
	pthread_join(other, NULL);
}

static void load_and_stop(void)
{
	has_stopped = true;
	assert_int_equal(load_whole(stops_the_world), 1);
	assert_int_equal(reads, 2); /* there was no news: no lock */
	assert_false(has_stopped);
	has_stopped = true;
	assert_int_equal(load_again(stops_the_world), 1);
	assert_int_equal(reads, 1);
	assert_false(has_stopped);
}

/* With the epochs renumbered meanwhile, one look would mean another release than the other. */
static void nothing_is_renumbered_in_between(void **state)
{
	(void)state;
	with_another_thread(load_and_stop);
}

static void load_and_store(void)
{
	assert_int_equal(load_whole(stores), 7);
	assert_int_equal(reads, 3); /* once more, under the lock */
	assert_true(race_thread_knows(race_self(), published));
}

static void load_again_and_store(void)
{
	assert_int_equal(load_again(stores), 7);
	assert_true(reads > 2); /* the whole way */
	assert_true(race_thread_knows(race_self(), published));
}

static void what_is_released_in_between_is_learned(void **state)
{
	(void)state;
	with_another_thread(load_and_store);
	with_another_thread(load_again_and_store);
}

/* By turns: what is stored there is released, and is not. */
static void releases_and_breaks(void)
{
	if (variable == 7)
		__race_atomic32_store(&variable, 8, RELAXED_ALONE, &store_site);
	else
		stores();
}

/* Nothing is released at the variable, before the other thread releases 7 there. */
static void load_and_break(void)
{
	for (int again = 0; again < 2; again++) {
		__race_atomic32_store(&variable, 1, RELAXED_ALONE, &store_site);
		race_thread_tick(race_self()); /* the load's trace is one of its own */
		assert_int_equal(again ? load_again(stops_the_world) : load_whole(stops_the_world), 1);
		assert_int_equal(reads, again ? 1 : 2); /* no lock */
		behind = again ? 1 : 2;
		/* Not 7, whose release is gone by then. */
		assert_int_equal(again ? load_again(releases_and_breaks) :
		                         load_whole(releases_and_breaks), 8);
		assert_true(reads > 2);
		behind = 0;
	}
}

static void what_is_released_for_a_moment_is_not_read(void **state)
{
	(void)state;
	with_another_thread(load_and_break);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_renumbered_in_between),
		cmocka_unit_test(what_is_released_in_between_is_learned),
		cmocka_unit_test(what_is_released_for_a_moment_is_not_read),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
