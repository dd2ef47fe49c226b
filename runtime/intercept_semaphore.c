/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_semaphore.c - who gets through a semaphore comes after those who posted. A
 * named one is a file that libc maps: it goes by the file's name (shared.h), so that a
 * post is seen by who opens it later, at another address.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>

#include "intercept.h"
#include "intercept_lock.h"
#include "intercept_touch.h"

static int made_or_unmade(int result, const sem_t *sem)
{
	if (result == 0)
		race_lock_forget((uint64_t)sem, sizeof(*sem));
	return result;
}

RACE_STAND_IN(int, sem_init, (sem_t *sem, int shared, unsigned value))
{
	return made_or_unmade(RACE_REAL(sem_init)(sem, shared, value), sem);
}

RACE_STAND_IN(int, sem_destroy, (sem_t *sem))
{
	return made_or_unmade(RACE_REAL(sem_destroy)(sem), sem);
}

RACE_STAND_IN(sem_t *, sem_open, (const char *name, int flags, ...))
{
	unsigned value = 0;
	mode_t mode = 0;
	va_list list;
	sem_t *sem;

	if (flags & O_CREAT) {
		va_start(list, flags);
		mode = va_arg(list, mode_t);
		value = va_arg(list, unsigned);
		va_end(list);
	}
	sem = RACE_REAL(sem_open)(name, flags, mode, value);
	if (sem != SEM_FAILED && race_is_watching()) {
		race_sync_forget((uint64_t)sem, sizeof(*sem));
		race_shared_look((uint64_t)sem);
	}
	return sem;
}

/* Another handle of the same name may keep it mapped. */
RACE_STAND_IN(int, sem_close, (sem_t *sem))
{
	int result = RACE_REAL(sem_close)(sem);

	if (result == 0 && race_is_watching())
		race_shared_look((uint64_t)sem);
	return result;
}

/* A post beyond the greatest value fails, and tells nobody. */
RACE_STAND_IN(int, sem_post, (sem_t *sem))
{
	int value;

	if (race_is_threaded() && !(sem_getvalue(sem, &value) == 0 && value == SEM_VALUE_MAX))
		race_sync_release_at(race_self(), (uint64_t)sem);
	return RACE_REAL(sem_post)(sem);
}

static int taken(int result, const sem_t *sem)
{
	if (result == 0 && race_is_threaded())
		race_sync_acquire_at(race_self(), (uint64_t)sem);
	return result;
}

RACE_STAND_IN(int, sem_wait, (sem_t *sem))
{
	return taken(RACE_WAITS(RACE_WAIT_SEMAPHORE, false, sem, 0, RACE_CALLER, "sem_wait",
	                        RACE_REAL(sem_wait)(sem)),
	             sem);
}

RACE_STAND_IN(int, sem_trywait, (sem_t *sem))
{
	return taken(RACE_REAL(sem_trywait)(sem), sem);
}

RACE_STAND_IN_FOR(int, sem_timedwait,
                  (sem_t *restrict sem, const struct timespec *restrict time),
                  (sem, time))
{
	race_reads_time(&by, time);
	return taken(RACE_WAITS(RACE_WAIT_SEMAPHORE, true, sem, 0, by.pc, "sem_timedwait",
	                        RACE_REAL(sem_timedwait)(sem, time)),
	             sem);
}

RACE_STAND_IN_FOR(int, sem_clockwait,
                  (sem_t *restrict sem, clockid_t clock, const struct timespec *restrict time),
                  (sem, clock, time))
{
	race_reads_time(&by, time);
	return taken(RACE_WAITS(RACE_WAIT_SEMAPHORE, true, sem, 0, by.pc, "sem_clockwait",
	                        RACE_REAL(sem_clockwait)(sem, clock, time)),
	             sem);
}
