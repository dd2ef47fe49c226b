/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_sleep.c - sleeps. They order nothing, and a report says so (sleep.h).
 */
#define _GNU_SOURCE
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "intercept_memory.h"
#include "sleep.h"

static void over(uint64_t pc)
{
	int kept = errno;

	if (race_is_threaded())
		race_sleep_over(race_self(), pc);
	errno = kept;
}

RACE_STAND_IN(unsigned, sleep, (unsigned seconds))
{
	unsigned left = RACE_CALL_WAITS(-1, RACE_CALLER, "sleep", RACE_REAL(sleep)(seconds));

	over(RACE_CALLER);
	return left;
}

RACE_STAND_IN(int, usleep, (useconds_t microseconds))
{
	int result = RACE_CALL_WAITS(-1, RACE_CALLER, "usleep", RACE_REAL(usleep)(microseconds));

	over(RACE_CALLER);
	return result;
}

static void touched(const struct race_caller *by, const struct timespec *time,
                    struct timespec *left, bool interrupted)
{
	race_memory_touched(by, time, sizeof(*time), RACE_READ);
	if (left && interrupted)
		race_memory_touched(by, left, sizeof(*left), RACE_WRITE);
}

RACE_STAND_IN_FOR(int, nanosleep, (const struct timespec *time, struct timespec *left),
                  (time, left))
{
	int result = RACE_CALL_WAITS(-1, by.pc, "nanosleep", RACE_REAL(nanosleep)(time, left));

	touched(&by, time, left, result < 0 && errno == EINTR);
	over(by.pc);
	return result;
}

RACE_STAND_IN_FOR(int, clock_nanosleep,
                  (clockid_t clock, int flags, const struct timespec *time,
                   struct timespec *left),
                  (clock, flags, time, left))
{
	int result = RACE_CALL_WAITS(-1, by.pc, "clock_nanosleep",
	                             RACE_REAL(clock_nanosleep)(clock, flags, time, left));

	touched(&by, time, left, result == EINTR && !(flags & TIMER_ABSTIME));
	over(by.pc);
	return result;
}

RACE_STAND_IN_FOR(int, thrd_sleep, (const struct timespec *time, struct timespec *left),
                  (time, left))
{
	int result = RACE_CALL_WAITS(-1, by.pc, "thrd_sleep", RACE_REAL(thrd_sleep)(time, left));

	touched(&by, time, left, result == -1);
	over(by.pc);
	return result;
}
