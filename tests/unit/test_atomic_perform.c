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

void __race_atomic32_store(uint32_t *addr, uint32_t value, uint32_t order, struct race_site *site);

static struct race_site load_site = { .bytes = 4, .kind = RACE_ATOMIC_READ };
static struct race_site store_site = { .bytes = 4, .kind = RACE_ATOMIC_WRITE };

static uint32_t variable, reads;
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

/* The first read is before any look. */
static uint32_t read_in_the_middle(uint32_t *addr)
{
	if (++reads == 2)
		pass_to(OTHER, LOADER);
	return bits_load32(addr);
}

static uint32_t load(void (*other)(void))
{
	meanwhile = other;
	reads = 0;
	return perform_load32(&variable, ACQUIRE, &load_site, 1);
}

static void stops_the_world(void)
{
	has_stopped = race_stop_try();
	if (has_stopped)
		race_stop_end();
}

static void stores(void)
{
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
	assert_int_equal(load(stops_the_world), 1);
	assert_int_equal(reads, 2); /* there was no news: no lock */
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
	assert_int_equal(load(stores), 7);
	assert_int_equal(reads, 3); /* once more, under the lock */
	assert_true(race_thread_knows(race_self(), published));
}

static void what_is_released_in_between_is_learned(void **state)
{
	(void)state;
	with_another_thread(load_and_store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_renumbered_in_between),
		cmocka_unit_test(what_is_released_in_between_is_learned),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
