/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_misuse_wait.c - a condition is waited on when a thread has noted that and the kernel
 * says that it sleeps there: one of the two shows nothing.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "misuse.h"
#include "play.h"

static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static uint64_t found;

static bool destroy_tells(uint64_t pc)
{
	uint64_t before = found;

	race_misuse_condition_destroy(race_self(), (uint64_t)&cond, pc);
	found = race_finding_count();
	return found > before;
}

static void a_note_alone(void **state)
{
	struct player other;

	(void)state;
	assert_false(destroy_tells(1));
	play_birth(&other);
	other.thread->kernel_tid = 1;
	other.thread->wait = (struct race_wait){ .kind = RACE_WAIT_COND, .object = (uint64_t)&cond };
	assert_false(destroy_tells(2));
	other.thread->wait.kind = RACE_WAIT_NONE;
}

/* Of a round that is over, or has not begun, nothing is asked. */
static void no_open_round(void **state)
{
	pthread_barrier_t barrier;

	(void)state;
	pthread_barrier_init(&barrier, NULL, 2);
	race_misuse_barrier(race_self(), (uint64_t)&barrier, true, 3);
	assert_int_equal(race_finding_count(), found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_alone),
		cmocka_unit_test(no_open_round),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
