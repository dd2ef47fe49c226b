/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_stop.c - while the world holds still nobody is inside of the runtime and no check
 * passes; behind it everybody goes on. With real threads.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <time.h>

#include "apart.h"
#include "platform.h"
#include "play.h"
#include "renumber.h"
#include "stop.h"

extern void __race_write8(void *addr, struct race_site *site);

#define THREADS 4

static struct race_site site = { .kind = RACE_WRITE, .bytes = 8 };
static uint32_t over, sections[THREADS];
static uint64_t cells[THREADS][512];

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/* The door keeps all registers but r11, for which C has no word. */
static void write_by_door(void *addr)
{
	__asm__ volatile("call __race_write8" : : "D"(addr), "S"(&site) : "r11", "memory", "cc");
}

static void *works(void *number)
{
	uint64_t me = (uint64_t)number;

	while (!race_load(&over)) {
		for (int i = 0; i < 512; i++)
			write_by_door(&cells[me][i]);
		race_thread_tick(race_self());
		race_store(&sections[me], sections[me] + 1);
	}
	return NULL;
}

static void nothing_moves_in_between(void **state)
{
	static race_cell before[THREADS][1024];
	pthread_t threads[THREADS];

	(void)state;
	for (uint64_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, works, (void *)i);
	for (int i = 0; i < THREADS; i++)
		while (race_load(&sections[i]) < 2)
			nap();
	for (int round = 0; round < 50; round++) {
		uint32_t last[THREADS];

		race_stop_begin();
		race_stop_checks();
		for (int i = 0; i < THREADS; i++)
			memcpy(before[i], race_shadow_of((uint64_t)cells[i]), sizeof(before[i]));
		nap();
		for (int i = 0; i < THREADS; i++) {
			assert_memory_equal(before[i], race_shadow_of((uint64_t)cells[i]),
			                    sizeof(before[i]));
			last[i] = race_load(&sections[i]);
		}
		race_stop_end();
		for (int i = 0; i < THREADS; i++)
			while (race_load(&sections[i]) == last[i])
				nap();
	}
	race_store(&over, 1);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* Threads that work are renumbered all the time, and never race with themselves. */
static void renumbered_at_work(void **state)
{
	uint64_t reports = race_report_count();
	pthread_t threads[THREADS];

	(void)state;
	race_store(&over, 0);
	for (uint64_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, works, (void *)i);
	for (int round = 0; round < 100; round++) {
		nap();
		race_renumber_now(race_self());
	}
	race_store(&over, 1);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(race_report_count(), reports);
}

/* A thread that libc calls below a lock that fork wants, while libc forks: it must come back
 * out with nothing done, or both wait for ever. */
static void who_keeps_a_fork_waiting_does_not_wait_for_it(void **state)
{
	struct race_thread *self = race_self();

	(void)state;
	race_thread_tick(self);
	race_apart_find(self);
	assert_int_not_equal(self->apart.until, 0);
	race_apart_forget(self);
	race_store(&race_stopping, RACE_FORKING_LATE);
	assert_false(race_stop_try());
	assert_false(race_stop_unless_forking());
	race_apart_find(self);
	assert_int_equal(self->apart.until, 0);
	race_renumber_now(self);
	assert_true(self->wants_renumbering);
	assert_int_equal(race_load(&race_stopping), RACE_FORKING_LATE);
	assert_false(race_is_busy());
	race_store(&race_stopping, 0);
	self->wants_renumbering = false;
	race_enter();
	race_leave();
}

/* ---- a fork that takes long ---- */

/* As nap, without passing the runtime's own doors. */
static void rest(void)
{
	race_sys_nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static uint32_t sleeps, waits, came_in;

static void *forks_for_ever(void *unused)
{
	race_store(&race_forker, race_sys_gettid());
	while (!race_load(&sleeps))
		;
	while (!race_load(&came_in))
		rest();
	return unused;
}

static void *comes_in(void *unused)
{
	race_store(&waits, 1);
	while (race_load(&race_stopping) != RACE_FORKING)
		rest();
	race_enter();
	race_store(&came_in, 1);
	race_leave();
	return unused;
}

/* Its memory is being copied: nobody may come in. It waits for a lock: who knows whose. */
static void let_in_while_the_forking_thread_sleeps(void **state)
{
	pthread_t forker, other;

	(void)state;
	race_store(&race_forker, 0);
	pthread_create(&forker, NULL, forks_for_ever, NULL);
	pthread_create(&other, NULL, comes_in, NULL);
	while (!race_load(&race_forker) || !race_load(&waits))
		rest();
	race_store(&race_stopping, RACE_FORKING);
	for (int i = 0; i < 300; i++)
		rest();
	assert_int_equal(race_load(&came_in), 0);
	assert_int_equal(race_load(&race_stopping), RACE_FORKING);
	race_store(&sleeps, 1);
	while (!race_load(&came_in))
		rest();
	assert_int_equal(race_load(&race_stopping), RACE_FORKING_LATE);
	race_store(&race_stopping, 0);
	pthread_join(forker, NULL);
	pthread_join(other, NULL);
}

static void child_finds_inherited_locks_free(void **state)
{
	struct race_spin inherited = { 0 }, own = { 0 };

	(void)state;
	race_enter();
	race_spin_take(&inherited);
	assert_false(race_spin_try(&inherited));
	race_process++; /* as fork.c does */
	race_spin_take(&inherited);
	assert_true(race_spin_try(&own));
	assert_false(race_spin_try(&inherited));
	assert_false(race_spin_try(&own));
	race_spin_give(&inherited);
	race_spin_give(&own);
	assert_true(race_spin_try(&inherited));
	race_spin_give(&inherited);
	race_leave();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_moves_in_between),
		cmocka_unit_test(renumbered_at_work),
		cmocka_unit_test(who_keeps_a_fork_waiting_does_not_wait_for_it),
		cmocka_unit_test(let_in_while_the_forking_thread_sleeps),
		cmocka_unit_test(child_finds_inherited_locks_free),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
