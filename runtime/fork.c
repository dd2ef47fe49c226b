/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * fork.c - before a fork the other threads are asked to stay out of race_enter, and
 * those inside are waited for: their sections are short and bounded. Then libc forks, and
 * takes its own locks first: see race_enter_later. The child goes on with the forking thread
 * alone, in its epoch, and counts its own races.
 */
#define _GNU_SOURCE
#include "descriptor.h"
#include "fork.h"

#include <pthread.h>
#include <unistd.h>

#include "dump.h"
#include "intercept.h"
#include "later.h"
#include "platform.h"
#include "report.h"
#include "stop.h"
#include "watch.h"

static int own_pid;

static void before_fork(void)
{
	race_stop_begin();
	race_report_before_fork();
	race_store(&race_forker, race_sys_gettid());
	race_store(&race_stopping, RACE_FORKING);
}

static void in_parent(void)
{
	race_report_after_fork();
	race_stop_end();
	race_later_send();
}

static void in_child(void)
{
	race_process++;
	own_pid = race_sys_getpid();
	race_later_forget();
	race_thread_forked(race_self());
	race_intercept_load_forked(race_self());
	race_descriptor_forked();
	race_report_forget_count();
	race_dump_forked();
	race_watch_forked();
	race_report_after_fork();
	race_stop_end();
}

void race_fork_init(void)
{
	own_pid = race_sys_getpid();
	pthread_atfork(before_fork, in_parent, in_child);
}

/* Runs no handlers of pthread_atfork. */
RACE_STAND_IN(pid_t, _Fork, (void))
{
	pid_t child;

	if (!race_is_watching())
		return RACE_REAL(_Fork)();
	before_fork();
	child = RACE_REAL(_Fork)();
	if (child == 0)
		in_child();
	else
		in_parent();
	return child;
}

bool race_fork_owns_process(void)
{
	return own_pid == race_sys_getpid();
}
