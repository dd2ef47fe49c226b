/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_unsafe.c - who sent a signal is ordered behind a call, or is not; what counts as a call.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "play.h"
#include "signals.h"
#include "unsafe.h"

static void names(void **state)
{
	(void)state;
	assert_true(race_is_unsafe("malloc"));
	assert_true(race_is_unsafe("pthread_mutex_lock"));
	assert_false(race_is_unsafe("write"));
	assert_false(race_is_unsafe(""));
}

/* Calls are noted when a handler is set, until they are of no account any more. */
static void notes(void **state)
{
	struct race_thread *self = race_self();

	(void)state;
	race_options.report_signal_unsafe = 1;
	race_unsafe_handler_set(SIGUSR1);
	assert_true(race_unsafe_noted);
	race_unsafe_called("malloc", 7);
	assert_string_equal(self->called.name, "malloc");
	assert_int_equal(self->called.pc[0], 7);
	assert_int_equal(self->called.epoch, self->clock[self->tid]);
	race_unsafe_forget();
	assert_null(self->called.name);
}

static void senders(void **state)
{
	siginfo_t info = { .si_code = SI_TKILL };
	struct race_thread *self = race_self();
	uint64_t before = self->clock[self->tid], after;
	struct player sender;

	(void)state;
	info.si_pid = getpid();
	/* Nobody sends: nobody knows. */
	assert_false(race_signal_is_unordered(self, SIGUSR2, &info, self->tid, before));
	play_birth(&sender);
	after = self->clock[self->tid];
	play_as(&sender);
	race_signal_to_thread(sender.thread, play_main.thread, SIGUSR2);
	play_as(&play_main);
	assert_false(race_signal_is_unordered(self, SIGUSR2, &info, self->tid, before));
	assert_true(race_signal_is_unordered(self, SIGUSR2, &info, self->tid, after));
	info.si_code = SI_KERNEL;
	assert_false(race_signal_is_unordered(self, SIGUSR2, &info, self->tid, after));
	info.si_code = SI_USER;
	info.si_pid = 1;
	assert_false(race_signal_is_unordered(self, SIGUSR2, &info, self->tid, after));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(notes),
		cmocka_unit_test(senders),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
