/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_counts.c - shares that are given up: one of several owners releases and
 * is counted off by us, the only one learns that and has the library destroy. The
 * library's functions are this file's.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "play.h"

/* ---- the library ---- */

static uint32_t destroyed;

#define LIBRARY(type, name, params)                                                    \
	type name params;                                                              \
	type __race_##name params;                                                     \
	type name params

#define GNU_COUNT(exception) (*(int32_t *)((char *)(exception)-128))
#define CLANG_COUNT(exception) (*(int64_t *)((char *)(exception)-120))

LIBRARY(void, _ZNSt15__exception_ptr13exception_ptr10_M_releaseEv, (void **pointer))
{
	destroyed += *pointer && --GNU_COUNT(*pointer) == 0;
	*pointer = NULL;
}

LIBRARY(void, __cxa_decrement_exception_refcount, (void *exception))
{
	destroyed += --CLANG_COUNT(exception) == 0;
}

LIBRARY(void, _ZNSt13__future_base12_Result_baseD2Ev, (char *result))
{
	_ZNSt15__exception_ptr13exception_ptr10_M_releaseEv((void **)(result + 8));
}

LIBRARY(void, _ZNSt13runtime_errorD1Ev, (char *error))
{
	char *text = *(char **)(error + 8);

	destroyed += --*(int32_t *)(text - 8) < 0;
}

LIBRARY(void, _ZNSt6localeD1Ev, (void **locale))
{
	destroyed += --*(int32_t *)*locale == 0;
}

LIBRARY(void, _ZNSt3__119__shared_weak_count14__release_weakEv, (char *block))
{
	destroyed += --*(int64_t *)(block + 16) < 0;
}

/* ---- two owners, a and b ---- */

static uint64_t memory[64] __attribute__((aligned(16)));

/* a gives up its share, then b; what did b know when it did so? */
static void given_up(void (*give_up)(void))
{
	uint64_t past = play_word(&a);

	destroyed = 0;
	play_as(&a);
	give_up();
	assert_int_equal(destroyed, 0);
	play_as(&play_main);
	assert_true(play_word(&a) != past);
	assert_false(play_knows(&b, past));
	play_as(&b);
	give_up();
	play_as(&play_main);
	assert_int_equal(destroyed, 1);
	assert_true(play_knows(&b, past));
}

static char *exception(uint64_t class)
{
	char *object = (char *)memory + 256;

	memset(memory, 0, sizeof(memory));
	*(uint64_t *)(object - 32) = class;
	return object;
}

static void drop_gnu(void)
{
	void *pointer = (char *)memory + 256;

	__race__ZNSt15__exception_ptr13exception_ptr10_M_releaseEv(&pointer);
}

static void gnu_exception(void **state)
{
	(void)state;
	GNU_COUNT(exception(0x474e5543432b2b00)) = 2;
	given_up(drop_gnu);
}

static void drop_result(void)
{
	char *result[2] = { NULL, (char *)memory + 256 };

	__race__ZNSt13__future_base12_Result_baseD2Ev((char *)result);
}

static void exception_in_a_result(void **state)
{
	(void)state;
	GNU_COUNT(exception(0x474e5543432b2b00)) = 2;
	given_up(drop_result);
}

static void drop_clang(void)
{
	__race___cxa_decrement_exception_refcount((char *)memory + 256);
}

static void clang_exception(void **state)
{
	(void)state;
	CLANG_COUNT(exception(0x434c4e47432b2b00)) = 2;
	given_up(drop_clang);
}

/* What another language threw is the library's alone. */
static void foreign_exception(void **state)
{
	uint64_t past = play_word(&c);

	(void)state;
	GNU_COUNT(exception(0x1234)) = 2;
	play_as(&c);
	drop_gnu();
	play_as(&play_main);
	assert_int_equal(GNU_COUNT((char *)memory + 256), 1);
	assert_true(play_word(&c) == past);
}

static void drop_text(void)
{
	char *error[2] = { NULL, (char *)memory + 24 };

	__race__ZNSt13runtime_errorD1Ev((char *)error);
}

static void text(void **state)
{
	(void)state;
	memset(memory, 0, sizeof(memory));
	*(int32_t *)((char *)memory + 16) = 1; /* owners beside the first */
	given_up(drop_text);
}

static void drop_locale(void)
{
	void *body = memory;

	__race__ZNSt6localeD1Ev(&body);
}

static void locale(void **state)
{
	(void)state;
	*(int32_t *)memory = 2;
	given_up(drop_locale);
}

static void drop_weak(void)
{
	__race__ZNSt3__119__shared_weak_count14__release_weakEv((char *)memory);
}

static void control_block(void **state)
{
	(void)state;
	memory[2] = 1;
	given_up(drop_weak);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(gnu_exception),     PLAY_TEST(exception_in_a_result),
		PLAY_TEST(clang_exception),   PLAY_TEST(foreign_exception),
		PLAY_TEST(text),              PLAY_TEST(locale),
		PLAY_TEST(control_block),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
