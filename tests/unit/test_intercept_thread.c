/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_thread.c - real threads through the stand-ins: who knows whom at
 * birth and at each kind of join, when a thread counts as ended, and what a failure
 * leaves behind.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <threads.h>
#include <time.h>

#include "play.h"

static uint64_t parent_word, child_word, late_word;
static uint32_t hold;

static void pause_a_little(void)
{
	struct timespec moment = { .tv_nsec = 2000000 };

	nanosleep(&moment, NULL);
}

/* Returns whether it knows its creator's past. */
static void *child(void *unused)
{
	bool knows = race_thread_knows(race_self(), parent_word);

	(void)unused;
	race_store(&child_word, __race_self.word);
	while (__atomic_load_n(&hold, __ATOMIC_ACQUIRE))
		pause_a_little();
	return (void *)(uintptr_t)knows;
}

static int c11_child(void *unused)
{
	return (int)(intptr_t)child(unused);
}

static struct timespec in_seconds(clockid_t clock, int seconds)
{
	struct timespec time;

	clock_gettime(clock, &time);
	time.tv_sec += seconds;
	return time;
}

static pthread_t start(void)
{
	pthread_t thread;

	parent_word = __race_self.word;
	errno = 77;
	assert_int_equal(pthread_create(&thread, NULL, child, NULL), 0);
	assert_int_equal(errno, 77);
	assert_true(__race_self.word > parent_word); /* what follows is not ordered */
	return thread;
}

static void check_joined(void *result, uint32_t alive)
{
	assert_ptr_equal(result, (void *)1);
	assert_true(race_thread_knows(race_self(), child_word));
	assert_int_equal(race_thread_alive(), alive);
	assert_null(race_self()->joining);
}

static void every_join_teaches(void **state)
{
	struct timespec real = in_seconds(CLOCK_REALTIME, 60);
	struct timespec steady = in_seconds(CLOCK_MONOTONIC, 60);
	uint32_t alive = race_thread_alive();
	pthread_t thread;
	void *result;
	int status;

	(void)state;
	thread = start();
	assert_int_equal(pthread_join(thread, &result), 0);
	check_joined(result, alive);
	thread = start();
	assert_int_equal(pthread_timedjoin_np(thread, &result, &real), 0);
	check_joined(result, alive);
	thread = start();
	assert_int_equal(pthread_clockjoin_np(thread, &result, CLOCK_MONOTONIC, &steady), 0);
	check_joined(result, alive);
	thread = start();
	while ((status = pthread_tryjoin_np(thread, &result)) == EBUSY)
		pause_a_little();
	assert_int_equal(status, 0);
	check_joined(result, alive);
}

static void failed_joins_teach_nothing(void **state)
{
	struct timespec soon = in_seconds(CLOCK_REALTIME, 0);
	pthread_t thread;

	(void)state;
	child_word = 0;
	hold = 1;
	thread = start();
	while (!race_load(&child_word))
		pause_a_little();
	assert_int_equal(pthread_tryjoin_np(thread, NULL), EBUSY);
	assert_int_equal(pthread_timedjoin_np(thread, NULL, &soon), ETIMEDOUT);
	assert_false(race_thread_knows(race_self(), child_word));
	assert_null(race_self()->joining);
	__atomic_store_n(&hold, 0, __ATOMIC_RELEASE);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(race_thread_knows(race_self(), child_word));
}

static void c11_threads(void **state)
{
	uint32_t alive = race_thread_alive();
	thrd_t thread;
	int result;

	(void)state;
	parent_word = __race_self.word;
	assert_int_equal(thrd_create(&thread, c11_child, NULL), thrd_success);
	assert_int_equal(thrd_join(thread, &result), thrd_success);
	check_joined((void *)(intptr_t)result, alive);
	assert_int_equal(thrd_create(&thread, c11_child, NULL), thrd_success);
	assert_int_equal(thrd_detach(thread), thrd_success);
	while (race_thread_alive() > alive)
		pause_a_little();
}

static void *exits(void *unused)
{
	(void)unused;
	race_store(&child_word, __race_self.word);
	pthread_exit((void *)1);
}

static void *waits_to_be_cancelled(void *unused)
{
	race_store(&child_word, __race_self.word);
	for (;;)
		pause_a_little();
	return unused;
}

static void exit_and_cancel_end_it(void **state)
{
	uint32_t alive = race_thread_alive();
	pthread_t thread;
	void *result;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, exits, NULL), 0);
	assert_int_equal(pthread_join(thread, &result), 0);
	check_joined(result, alive);
	assert_int_equal(pthread_create(&thread, NULL, waits_to_be_cancelled, NULL), 0);
	assert_int_equal(pthread_cancel(thread), 0);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, PTHREAD_CANCELED);
	check_joined((void *)1, alive);
}

/* ---- the end: behind the program's key destructors ---- */

static pthread_key_t key;
static uint32_t rounds, alive_in_last_round;

static void destructor(void *value)
{
	race_thread_tick(race_self());
	late_word = __race_self.word;
	alive_in_last_round = race_thread_alive();
	if (++rounds < PTHREAD_DESTRUCTOR_ITERATIONS - 1)
		pthread_setspecific(key, value);
}

static void *with_destructor(void *unused)
{
	pthread_setspecific(key, &key);
	return unused;
}

static void destructors_are_part_of_its_life(void **state)
{
	uint32_t alive = race_thread_alive();
	pthread_t thread;

	(void)state;
	pthread_key_create(&key, destructor);
	assert_int_equal(pthread_create(&thread, NULL, with_destructor, NULL), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(rounds, PTHREAD_DESTRUCTOR_ITERATIONS - 1);
	assert_int_equal(alive_in_last_round, alive + 1);
	assert_true(race_thread_knows(race_self(), late_word));
	pthread_key_delete(key);
}

/* Behind the end: it does not stand still for anybody, so no handler runs there. */
static sigset_t last_mask;

static void last_destructor(void *value)
{
	if (++rounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
		pthread_setspecific(key, value);
		return;
	}
	alive_in_last_round = race_thread_alive();
	pthread_sigmask(SIG_BLOCK, NULL, &last_mask);
}

static void signals_end_with_it(void **state)
{
	uint32_t alive = race_thread_alive();
	pthread_t thread;

	(void)state;
	rounds = 0;
	pthread_key_create(&key, last_destructor);
	assert_int_equal(pthread_create(&thread, NULL, with_destructor, NULL), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(alive_in_last_round, alive);
	assert_int_equal(sigismember(&last_mask, SIGURG), 1);
	assert_int_equal(sigismember(&last_mask, SIGSEGV), 0);
	pthread_key_delete(key);
}

static void detached_threads_end(void **state)
{
	uint32_t alive = race_thread_alive();
	pthread_attr_t attr;
	pthread_t thread;

	(void)state;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < 300; i++) {
		if (i & 1) {
			assert_int_equal(pthread_create(&thread, &attr, child, NULL), 0);
			continue;
		}
		assert_int_equal(pthread_create(&thread, NULL, child, NULL), 0);
		assert_int_equal(pthread_detach(thread), 0);
	}
	while (race_thread_alive() > alive)
		pause_a_little();
	pthread_attr_destroy(&attr);
	assert_false(race_thread_knows(race_self(), child_word));
}

/* 1,000 threads one after the other, and 100 at once. */
static void many_threads(void **state)
{
	uint32_t alive = race_thread_alive();
	pthread_t many[100];
	void *result;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		pthread_t thread = start();

		assert_int_equal(pthread_join(thread, &result), 0);
		check_joined(result, alive);
	}
	hold = 1;
	for (int i = 0; i < 100; i++)
		many[i] = start();
	assert_int_equal(race_thread_alive(), alive + 100);
	__atomic_store_n(&hold, 0, __ATOMIC_RELEASE);
	for (int i = 0; i < 100; i++)
		assert_int_equal(pthread_join(many[i], NULL), 0);
	assert_int_equal(race_thread_alive(), alive);
}

static void failed_creation_leaves_nothing(void **state)
{
	uint32_t alive = race_thread_alive();
	pthread_attr_t attr;
	pthread_t thread;

	(void)state;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 1ull << 50);
	assert_int_not_equal(pthread_create(&thread, &attr, child, NULL), 0);
	assert_int_equal(race_thread_alive(), alive);
	pthread_attr_destroy(&attr);
	thread = start();
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(race_thread_alive(), alive);
}

/* A small stack is given room for a report; one of the program's own stays as it is. */
static void *stack_of(void *attr)
{
	pthread_getattr_np(pthread_self(), attr);
	return NULL;
}

static void stacks(void **state)
{
	const size_t small = PTHREAD_STACK_MIN, own = 128 << 10;
	void *memory = mmap(NULL, own, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0), *start_at;
	pthread_attr_t attr, found;
	pthread_t thread;
	size_t bytes;

	(void)state;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, small);
	assert_int_equal(pthread_create(&thread, &attr, stack_of, &found), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_attr_getstacksize(&found, &bytes);
	assert_true(bytes >= small + (32 << 10));
	pthread_attr_getstacksize(&attr, &bytes);
	assert_int_equal(bytes, small); /* the program's attribute is its own */
	pthread_attr_setstack(&attr, memory, own);
	assert_int_equal(pthread_create(&thread, &attr, stack_of, &found), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_attr_getstack(&found, &start_at, &bytes);
	assert_ptr_equal(start_at, memory);
	assert_int_equal(bytes, own);
}

/* What an earlier thread did on the same stack is not this one's past. */
static void *touches_its_stack(void *addr)
{
	uint64_t local = 0, *where = &local;

	*(uint64_t **)addr = where;
	race_access(race_self(), (uint64_t)where, 8, RACE_WRITE,
		    race_site_of(play_pc(), RACE_WRITE, 8));
	return NULL;
}

static void stack_begins_anew(void **state)
{
	const size_t own = 128 << 10;
	void *memory = mmap(NULL, own, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	uint64_t before = race_report_count();
	uint64_t *where[2] = { NULL, NULL };
	pthread_attr_t attr;
	pthread_t thread;

	(void)state;
	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, memory, own);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < 2; i++) {
		uint32_t alive = race_thread_alive();

		assert_int_equal(pthread_create(&thread, &attr, touches_its_stack,
						&where[i]), 0);
		while (race_thread_alive() >= alive + 1)
			pause_a_little();
		pause_a_little();
		pause_a_little();
	}
	assert_ptr_equal(where[0], where[1]);
	assert_int_equal(race_report_count(), before);
}

static void *names_itself(void *life)
{
	pthread_setname_np(pthread_self(), "self made");
	*(struct race_life **)life = race_self()->life;
	while (__atomic_load_n(&hold, __ATOMIC_ACQUIRE))
		pause_a_little();
	return NULL;
}

static void names_are_noted(void **state)
{
	struct race_life *life = NULL;
	pthread_t thread;

	(void)state;
	hold = 1;
	assert_int_equal(pthread_create(&thread, NULL, names_itself, &life), 0);
	while (!race_load_acquire(&life))
		pause_a_little();
	assert_string_equal(life->name, "self made");
	assert_int_equal(pthread_setname_np(thread, "by another"), 0);
	assert_string_equal(life->name, "by another");
	assert_int_not_equal(pthread_setname_np(thread, "far too long a name for it"), 0);
	assert_string_equal(life->name, "by another");
	__atomic_store_n(&hold, 0, __ATOMIC_RELEASE);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_join_teaches),
		cmocka_unit_test(failed_joins_teach_nothing),
		cmocka_unit_test(c11_threads),
		cmocka_unit_test(exit_and_cancel_end_it),
		cmocka_unit_test(destructors_are_part_of_its_life),
		cmocka_unit_test(signals_end_with_it),
		cmocka_unit_test(detached_threads_end),
		cmocka_unit_test(many_threads),
		cmocka_unit_test(failed_creation_leaves_nothing),
		cmocka_unit_test(stacks),
		cmocka_unit_test(stack_begins_anew),
		cmocka_unit_test(names_are_noted),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
