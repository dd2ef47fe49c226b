/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_future.c - what a thread promised for its end: made ready there, seen by
 * who waits, and the last owner of the state is the one who knows all. The library is
 * this file.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>

#include "play.h"

#define LIBRARY(type, name, params)                                                    \
	type name params;                                                              \
	type __race_##name params;                                                     \
	type name params

static char *calls[8];
static uint32_t call_count, owners_when_ready;
static uint64_t late_word;

static void note(const char *what)
{
	calls[call_count++] = (char *)what;
}

static void noted(const char *const *wanted, uint32_t count)
{
	assert_int_equal(call_count, count);
	for (uint32_t i = 0; i < count; i++)
		assert_string_equal(calls[i], wanted[i]);
	call_count = 0;
}

/* ---- libstdc++: a state with its block of counts ---- */

static void dispose(void *block)
{
	(void)block;
	note("dispose");
}

static void destroy(void *block)
{
	(void)block;
	note("destroy");
}

static void *gnu_methods[] = { NULL, NULL, (void *)dispose, (void *)destroy };
static struct {
	void **methods;
	int32_t users, weak;
} block = { gnu_methods, 1, 2 }; /* one of the shared, one of the promise's */
static uint64_t gnu_state[8];
static pthread_key_t library_key;

struct element {
	struct element *next;
	void (*run)(void *);
	void *state, *block;
} element = { .state = gnu_state, .block = &block };

static void gnu_ready(void *opaque)
{
	assert_ptr_equal(opaque, &element);
	owners_when_ready = (uint32_t)block.users;
	block.weak--;
	note("ready");
}

LIBRARY(void, _ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv, (struct element *e))
{
	e->run = gnu_ready;
	pthread_setspecific(library_key, e);
}

static void library_ends(void *opaque)
{
	struct element *e = opaque;

	race_thread_tick(race_self());
	late_word = __race_self.word;
	e->run(e);
}

static void *promises(void *last)
{
	__race__ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv(&element);
	assert_int_equal(block.users, 2);
	if (last)
		__atomic_sub_fetch(&block.users, 1, __ATOMIC_ACQ_REL); /* the future went */
	return NULL;
}

static void run(void *(*routine)(void *), void *arg)
{
	pthread_t thread;

	/* Through the system, behind the stand-in's back, it would be nobody's. */
	assert_int_equal(pthread_create(&thread, NULL, routine, arg), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static void ready_at_the_end(void **state)
{
	(void)state;
	assert_int_equal(pthread_key_create(&library_key, library_ends), 0);
	assert_false(race_sync_find((uint64_t)&gnu_state[2]));
	run(promises, NULL);
	noted((const char *const[]){ "ready" }, 1);
	assert_int_equal(owners_when_ready, 2);
	assert_int_equal(block.users, 1);
	play_as(&a);
	race_sync_acquire_at(a.thread, (uint64_t)&gnu_state[2]);
	play_as(&play_main);
	assert_true(play_knows(&a, late_word));
}

static void last_owner_destroys(void **state)
{
	(void)state;
	block.users = 1;
	block.weak = 2;
	run(promises, &block);
	noted((const char *const[]){ "ready", "dispose", "destroy" }, 3);
}

/* A promise whose state is gone already is the library's alone. */
static void *promises_nothing(void *unused)
{
	block.users = 0;
	__race__ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv(&element);
	assert_ptr_equal(element.run, gnu_ready);
	return unused;
}

static void gone_before(void **state)
{
	(void)state;
	run(promises_nothing, NULL);
	noted((const char *const[]){ "ready" }, 1);
	assert_int_equal(block.users, 0);
}

/* ---- libc++ ---- */

static void on_zero_shared(void *state)
{
	(void)state;
	note("zero");
}

static void *clang_methods[] = { NULL, NULL, (void *)on_zero_shared };
static struct {
	void **methods;
	int64_t owners;
} clang_state = { clang_methods, 0 };

LIBRARY(void, _ZNSt3__115__thread_struct27__make_ready_at_thread_exitEPNS_17__assoc_sub_stateE,
	(void *thread, char *state))
{
	(void)thread;
	assert_ptr_equal(state, &clang_state);
	assert_int_equal(clang_state.owners, 1);
}

static void *promises_clang(void *last)
{
	__race__ZNSt3__115__thread_struct27__make_ready_at_thread_exitEPNS_17__assoc_sub_stateE(
		NULL, (char *)&clang_state);
	if (last)
		clang_state.owners--;
	return NULL;
}

static void clang_keeps_it_alive(void **state)
{
	(void)state;
	run(promises_clang, NULL);
	noted(NULL, 0);
	assert_int_equal(clang_state.owners, 0);
	run(promises_clang, &clang_state);
	noted((const char *const[]){ "zero" }, 1);
	assert_int_equal(clang_state.owners, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(ready_at_the_end),
		PLAY_TEST(last_owner_destroys),
		PLAY_TEST(gone_before),
		PLAY_TEST(clang_keeps_it_alive),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
