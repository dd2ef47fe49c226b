/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * case.h - many small programs in one. CASE(name, first, second) is a variable of that
 * name and what two threads do with it, in this order though nothing that the detector
 * knows of orders them (two.h); RUN(name) does it. A report names the functions
 * name_first() and name_second().
 *
 *     CASE(unlocked, LOCK; unlocked = 1; UNLOCK, unlocked = 2)
 */
#ifndef RACE_TEST_CASE_H
#define RACE_TEST_CASE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "two.h"

#define CASE(name, first, second)                                                      \
	int name;                                                                      \
	static void name##_first(void)                                                 \
	{                                                                              \
		first;                                                                 \
	}                                                                              \
	static void name##_second(void)                                                \
	{                                                                              \
		second;                                                                \
	}

#define RUN(name) run_two(name##_first, name##_second)

/* What a call must have returned. */
#define WANT(result, call)                                                             \
	do {                                                                           \
		long got_ = (long)(call);                                              \
                                                                                       \
		if (got_ != (long)(result)) {                                          \
			printf("%s:%d: %s is %ld\n", __FILE__, __LINE__, #call, got_); \
			exit(3);                                                       \
		}                                                                      \
	} while (0)

/* The time so many seconds from now. */
static inline struct timespec *in_seconds(struct timespec *time, clockid_t clock, int seconds)
{
	clock_gettime(clock, time);
	time->tv_sec += seconds;
	return time;
}

#define LATER(clock) in_seconds(&(struct timespec){0}, clock, 1000)
#define PAST(clock) in_seconds(&(struct timespec){0}, clock, -1)

#endif
