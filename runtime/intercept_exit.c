/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_exit.c - the ways out of the program.
 *
 * What was done before a handler was registered happens before the handler, whichever
 * thread runs it; so does the end of every thread when the last one to end runs it. Each
 * registration is a record with the program's handler behind one of ours.
 *
 * The exit status becomes `exitcode` if races were reported and the program itself did not
 * fail. exit(): our handler, registered first and so run last, calls exit again with the
 * new status; glibc then goes on with what is left to do, destructors of libraries and
 * flushing, and ends. quick_exit(): the same, and as nothing is left then, it ends there.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "finding.h"
#include "fork.h"
#include "intercept.h"
#include "misuse.h"
#include "options.h"
#include "platform.h"
#include "report.h"
#include "sync.h"

/* ---- handlers ---- */

struct handler {
	union {
		void (*routine)(void *);
		void (*routine_of_status)(int, void *);
	};
	void *arg;
};

static struct handler *prepare(void *arg)
{
	struct handler *handler = race_alloc(sizeof(*handler));
	int kept = errno;

	handler->arg = arg;
	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)handler);
	errno = kept;
	return handler;
}

static int registered(int result, struct handler *handler)
{
	if (result != 0)
		race_free(handler, sizeof(*handler));
	return result;
}

static struct handler begin(void *opaque)
{
	struct handler handler = *(struct handler *)opaque;

	if (race_is_threaded()) {
		struct race_thread *self = race_self();

		race_sync_acquire_at(self, (uint64_t)opaque);
		if (race_thread_alive() == 0)
			race_thread_learn_ended(self);
	}
	race_sync_forget((uint64_t)opaque, sizeof(handler));
	race_free(opaque, sizeof(handler));
	return handler;
}

static void run(void *opaque)
{
	struct handler handler = begin(opaque);

	handler.routine(handler.arg);
}

static void run_with_status(int status, void *opaque)
{
	struct handler handler = begin(opaque);

	handler.routine_of_status(status, handler.arg);
}

/* atexit(), which stands in each module, and C++ destructors of statics come here. */
int __cxa_atexit(void (*routine)(void *), void *arg, void *module);

RACE_STAND_IN(int, __cxa_atexit, (void (*routine)(void *), void *arg, void *module))
{
	struct handler *handler;

	if (!race_is_watching())
		return RACE_REAL(__cxa_atexit)(routine, arg, module);
	handler = prepare(arg);
	handler->routine = routine;
	return registered(RACE_REAL(__cxa_atexit)(run, handler, module), handler);
}

RACE_STAND_IN(int, on_exit, (void (*routine)(int, void *), void *arg))
{
	struct handler *handler;

	if (!race_is_watching())
		return RACE_REAL(on_exit)(routine, arg);
	handler = prepare(arg);
	handler->routine_of_status = routine;
	return registered(RACE_REAL(on_exit)(run_with_status, handler), handler);
}

/* These handlers have no argument to find a record by: they share one object. */
static char quick_handlers;

int __cxa_at_quick_exit(void (*routine)(void *), void *module);

RACE_STAND_IN(int, __cxa_at_quick_exit, (void (*routine)(void *), void *module))
{
	int kept = errno;

	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)&quick_handlers);
	errno = kept;
	return RACE_REAL(__cxa_at_quick_exit)(routine, module);
}

/* ---- ends ---- */

#define SLICE_MS 10
/* Go's meaning: time for other threads to run into the races they are about to. */
static void wait_for_others(void)
{
	const struct timespec slice = { .tv_nsec = SLICE_MS * 1000000l };

	for (uint32_t ms = 0; ms < race_options.atexit_sleep_ms && race_thread_alive() > 1;
	     ms += SLICE_MS)
		race_sys_nanosleep(&slice, NULL);
}

/* The status to end with instead of the program's own. */
static int final_status(int status)
{
	wait_for_others();
	race_misuse_leaks();
	race_report_summary();
	return status == 0 && (race_report_count() || race_finding_count()) ? (int)race_options.exitcode : status;
}

/* In a static program exit() itself ends by calling our _exit. */
static bool over;

static void at_exit(int status, void *unused)
{
	int final = final_status(status);

	(void)unused;
	race_store(&over, true);
	if (final != status)
		exit(final);
}

static int quick_status;

static void at_quick_end(void *unused)
{
	(void)unused;
	if (race_fork_owns_process())
		race_sys_exit_group(final_status(quick_status));
}

void race_intercept_exit_init(void)
{
	on_exit(at_exit, NULL);
	/* at_quick_exit() itself would have to be linked into the program. */
	__cxa_at_quick_exit(at_quick_end, NULL);
}

RACE_STAND_IN(void, quick_exit, (int status))
{
	race_store(&quick_status, status);
	if (race_is_threaded())
		race_sync_acquire_at(race_self(), (uint64_t)&quick_handlers);
	RACE_REAL(quick_exit)(status);
	__builtin_unreachable();
}

static _Noreturn void end(int status)
{
	if (race_is_watching() && race_fork_owns_process() && !race_load(&over))
		status = final_status(status);
	race_sys_exit_group(status);
}

RACE_STAND_IN(void, _exit, (int status))
{
	end(status);
}

RACE_STAND_IN(void, _Exit, (int status))
{
	end(status);
}
