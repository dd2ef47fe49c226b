/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_frame.c - whose frame an address is in, on a stack made up.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frame.h"
#include "play.h"

static uint8_t code[16] = { 0xe8, 0x10, 0, 0, 0 }; /* a call, 16 bytes on */
static uint64_t stack[16];

static uint64_t owner(uint32_t i)
{
	return race_frame_owner(race_self(), (uint64_t)&stack[i], (uint64_t)&stack[16]);
}

static void frames(void **state)
{
	uint64_t after_call = (uint64_t)code + 5;

	(void)state;
	stack[4] = after_call;
	stack[8] = 0x2222;
	stack[12] = 0x1111;
	*__race_self.stack++ = 0x1111;
	*__race_self.stack++ = 0x2222;
	*__race_self.stack++ = after_call;
	assert_int_equal(owner(1), after_call + 0x10 + 1); /* what was called there */
	assert_int_equal(owner(5), after_call);           /* who has called from there */
	assert_int_equal(owner(9), 0x2222);
	assert_int_equal(owner(13), 0);
	code[0] = 0xff;
	assert_int_equal(owner(1), 0);
	__race_self.stack -= 3;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(frames) };

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
