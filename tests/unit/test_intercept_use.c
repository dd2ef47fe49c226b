/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_use.c - uses and closes of a descriptor by two threads, in every order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intercept_use.h"
#include "play.h"

#define FD 77

static struct player a, b;
static bool instrumented;

/* Each call is made from a place of its own, so that no race looks like one before. */
static struct race_caller caller(void)
{
	return (struct race_caller){ play_pc(), RACE_FUNCTION("call()"), instrumented };
}

#define RACES(...)                                                                     \
	({                                                                             \
		uint64_t before_ = race_report_count();                                \
		struct race_caller by = caller();                                      \
                                                                                       \
		__VA_ARGS__;                                                           \
		race_report_count() > before_;                                         \
	})
#define SENDS() RACES(race_uses_to_send(&by, FD))
#define RECEIVES() RACES(race_uses_to_receive(&by, FD))
#define CLOSES() RACES(race_use_closed(&by, race_use_closing(&by, FD), 0))
#define FAILS(...) RACES(errno = EBADF, __VA_ARGS__)

static int start(void **state)
{
	(void)state;
	instrumented = true;
	play_as(&play_main);
	play_birth(&a);
	play_birth(&b);
	race_descriptor_named(FD);
	play_as(&a);
	return 0;
}

static void closed_after_use(void **state)
{
	(void)state;
	assert_false(SENDS());
	play_as(&b);
	assert_true(CLOSES());
}

static void closed_after_another_way_of_use(void **state)
{
	(void)state;
	assert_false(RECEIVES());
	play_as(&b);
	assert_false(SENDS()); /* two who use it do not race */
	play_as(&a);
	assert_true(CLOSES());
}

static void ordered(void **state)
{
	(void)state;
	assert_false(SENDS());
	assert_false(RECEIVES());
	play_order(&a, &b);
	play_as(&b);
	assert_false(CLOSES());
}

/* Who receives behind who sent may have the answer to it. */
static void answered(void **state)
{
	(void)state;
	assert_false(SENDS());
	play_as(&b);
	assert_false(RECEIVES());
	race_use_answered(FD);
	assert_false(CLOSES());
}

static void used_after_close(void **state)
{
	(void)state;
	assert_false(CLOSES());
	play_as(&b);
	/* It is open again, by whatever nobody saw; or it is not. */
	assert_false(SENDS());
	assert_true(FAILS(race_used(&by, FD, -1)));
}

static void closed_twice(void **state)
{
	(void)state;
	assert_false(CLOSES());
	play_as(&b);
	assert_true(FAILS(race_use_closed(&by, race_use_closing(&by, FD), -1)));
}

/* A number that is given out anew has no past. */
static void given_out_anew(void **state)
{
	(void)state;
	assert_false(SENDS());
	assert_false(CLOSES());
	race_descriptor_named(FD);
	play_as(&b);
	assert_false(FAILS(race_used(&by, FD, -1)));
	assert_false(CLOSES());
}

static void not_instrumented(void **state)
{
	(void)state;
	assert_false(SENDS());
	play_as(&b);
	instrumented = false;
	assert_false(CLOSES());
	instrumented = true;
	play_as(&a);
	assert_false(FAILS(race_used(&by, FD, -1)));
}

static void no_memory(void **state)
{
	uint32_t fd;

	(void)state;
	assert_null(race_descriptor_memory(-1));
	assert_null(race_descriptor_memory(1 << 20));
	assert_true(race_descriptor_of_memory((uint64_t)&race_descriptor_memory(FD)->closed, &fd));
	assert_int_equal(fd, FD);
	assert_false(race_descriptor_of_memory((uint64_t)&a, &fd));
	assert_false(RACES(race_uses_to_send(&by, -1), race_use_closed(&by, race_use_closing(&by, -1), 0)));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(closed_after_use, start),
		cmocka_unit_test_setup(closed_after_another_way_of_use, start),
		cmocka_unit_test_setup(ordered, start),
		cmocka_unit_test_setup(answered, start),
		cmocka_unit_test_setup(used_after_close, start),
		cmocka_unit_test_setup(closed_twice, start),
		cmocka_unit_test_setup(given_out_anew, start),
		cmocka_unit_test_setup(not_instrumented, start),
		cmocka_unit_test_setup(no_memory, start),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
