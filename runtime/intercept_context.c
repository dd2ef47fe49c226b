/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_context.c - swapcontext and setcontext (context.h). Who comes back from
 * swapcontext, in whatever thread, puts his own call stack back himself; so only one that
 * starts needs help: it finds its stack empty.
 */
#define _GNU_SOURCE
#include <ucontext.h>

#include "context.h"
#include "intercept_touch.h"

/* The part that is written and read; the rest is the program's own. */
#define SAVED(context) (context)->uc_mcontext.gregs, sizeof((context)->uc_mcontext.gregs)

static void leave_for(const ucontext_t *to)
{
	uint64_t low = (uint64_t)to->uc_stack.ss_sp;
	int kept = errno;

	if (low && (uint64_t)to->uc_mcontext.gregs[REG_RSP] - low < to->uc_stack.ss_size)
		race_context_go(race_context_empty(low, to->uc_stack.ss_size));
	errno = kept;
}

RACE_STAND_IN_FOR(int, swapcontext, (ucontext_t *restrict from, const ucontext_t *restrict to),
                  (from, to))
{
	struct race_context here;
	int result;

	if (!race_is_watching())
		return RACE_REAL(swapcontext)(from, to);
	race_writes(&by, SAVED(from));
	race_reads(&by, SAVED(to));
	here = race_context_here();
	leave_for(to);
	result = RACE_REAL(swapcontext)(from, to);
	race_context_go(here);
	return result;
}

RACE_STAND_IN_FOR(int, setcontext, (const ucontext_t *to), (to))
{
	if (race_is_watching()) {
		race_reads(&by, SAVED(to));
		leave_for(to);
	}
	return RACE_REAL(setcontext)(to);
}
