/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_sleep.c - sleeps. They order nothing, and a report says so (sleep.h).
 */
#define _GNU_SOURCE
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "intercept.h"
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
	unsigned left = RACE_REAL(sleep)(seconds);

	over(RACE_CALLER);
	return left;
}

RACE_STAND_IN(int, usleep, (useconds_t microseconds))
{
	int result = RACE_REAL(usleep)(microseconds);

	over(RACE_CALLER);
	return result;
}

RACE_STAND_IN(int, nanosleep, (const struct timespec *time, struct timespec *left))
{
	int result = RACE_REAL(nanosleep)(time, left);

	over(RACE_CALLER);
	return result;
}

RACE_STAND_IN(int, clock_nanosleep,
	      (clockid_t clock, int flags, const struct timespec *time, struct timespec *left))
{
	int result = RACE_REAL(clock_nanosleep)(clock, flags, time, left);

	over(RACE_CALLER);
	return result;
}

RACE_STAND_IN(int, thrd_sleep, (const struct timespec *time, struct timespec *left))
{
	int result = RACE_REAL(thrd_sleep)(time, left);

	over(RACE_CALLER);
	return result;
}
