/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_rwlock.c - reader-writer locks. Two clocks: a writer comes after all writers
 * and all readers before, a reader after the writers only, so that readers do not order
 * each other. Which of the two an unlock is, libc's own lock knows.
 */
#define _GNU_SOURCE
#include <pthread.h>

#include "intercept.h"
#include "intercept_lock.h"

/* The readers' clock stands beside the writers', by its address. */
#define READERS 1

static int read_locked(int result, const pthread_rwlock_t *lock, bool waits, uint64_t pc)
{
	if (result == 0)
		race_lock_taken((uint64_t)lock, RACE_HOLD_READ, waits, pc);
	return result;
}

static int write_locked(int result, const pthread_rwlock_t *lock, bool waits, uint64_t pc)
{
	if (result == 0) {
		race_lock_taken((uint64_t)lock, RACE_HOLD_WRITE, waits, pc);
		if (race_is_threaded())
			race_lock_acquire(race_self(), (uint64_t)lock + READERS);
	}
	return result;
}

static int made_or_unmade(int result, const pthread_rwlock_t *lock)
{
	if (result == 0)
		race_lock_forget((uint64_t)lock, sizeof(*lock));
	return result;
}

RACE_STAND_IN(int, pthread_rwlock_init,
              (pthread_rwlock_t *restrict lock, const pthread_rwlockattr_t *restrict attr))
{
	int result = made_or_unmade(RACE_REAL(pthread_rwlock_init)(lock, attr), lock);

	race_lock_made(result, lock, RACE_CALLER);
	return result;
}

RACE_STAND_IN(int, pthread_rwlock_destroy, (pthread_rwlock_t *lock))
{
	int32_t writer = race_load(&lock->__data.__cur_writer);

	if (writer && race_is_watching())
		race_misuse_destroy(race_self(), (uint64_t)lock, RACE_HOLD_WRITE, writer, RACE_CALLER);
	return made_or_unmade(RACE_REAL(pthread_rwlock_destroy)(lock), lock);
}

/* First the try: who gets it at once has not waited. */
#define LOCKING(locked, try, kind, may_give_up, name, call)                            \
	({                                                                             \
		int tried_ = RACE_REAL(try)(lock);                                     \
                                                                                       \
		if (tried_ == EBUSY)                                                   \
			tried_ = RACE_WAITS_UNLESS(true, EDEADLK, kind, may_give_up, lock, 0, RACE_CALLER,   \
			                    name, call);                               \
		locked(tried_, lock, !(may_give_up), RACE_CALLER);                     \
	})

RACE_STAND_IN(int, pthread_rwlock_tryrdlock, (pthread_rwlock_t *lock))
{
	return read_locked(RACE_REAL(pthread_rwlock_tryrdlock)(lock), lock, false, RACE_CALLER);
}

RACE_STAND_IN(int, pthread_rwlock_rdlock, (pthread_rwlock_t *lock))
{
	return LOCKING(read_locked, pthread_rwlock_tryrdlock, RACE_WAIT_READ, false, "pthread_rwlock_rdlock",
	               RACE_REAL(pthread_rwlock_rdlock)(lock));
}

RACE_STAND_IN(int, pthread_rwlock_timedrdlock,
              (pthread_rwlock_t *restrict lock, const struct timespec *restrict time))
{
	return LOCKING(read_locked, pthread_rwlock_tryrdlock, RACE_WAIT_READ, true, "pthread_rwlock_timedrdlock",
	               RACE_REAL(pthread_rwlock_timedrdlock)(lock, time));
}

RACE_STAND_IN(int, pthread_rwlock_clockrdlock,
              (pthread_rwlock_t *restrict lock, clockid_t clock,
               const struct timespec *restrict time))
{
	return LOCKING(read_locked, pthread_rwlock_tryrdlock, RACE_WAIT_READ, true, "pthread_rwlock_clockrdlock",
	               RACE_REAL(pthread_rwlock_clockrdlock)(lock, clock, time));
}

RACE_STAND_IN(int, pthread_rwlock_trywrlock, (pthread_rwlock_t *lock))
{
	return write_locked(RACE_REAL(pthread_rwlock_trywrlock)(lock), lock, false, RACE_CALLER);
}

RACE_STAND_IN(int, pthread_rwlock_wrlock, (pthread_rwlock_t *lock))
{
	return LOCKING(write_locked, pthread_rwlock_trywrlock, RACE_WAIT_WRITE, false, "pthread_rwlock_wrlock",
	               RACE_REAL(pthread_rwlock_wrlock)(lock));
}

RACE_STAND_IN(int, pthread_rwlock_timedwrlock,
              (pthread_rwlock_t *restrict lock, const struct timespec *restrict time))
{
	return LOCKING(write_locked, pthread_rwlock_trywrlock, RACE_WAIT_WRITE, true, "pthread_rwlock_timedwrlock",
	               RACE_REAL(pthread_rwlock_timedwrlock)(lock, time));
}

RACE_STAND_IN(int, pthread_rwlock_clockwrlock,
              (pthread_rwlock_t *restrict lock, clockid_t clock,
               const struct timespec *restrict time))
{
	return LOCKING(write_locked, pthread_rwlock_trywrlock, RACE_WAIT_WRITE, true, "pthread_rwlock_clockwrlock",
	               RACE_REAL(pthread_rwlock_clockwrlock)(lock, clock, time));
}

/* glibc's: the readers that are in, above three bits of its own. */
static bool has_readers(const pthread_rwlock_t *lock)
{
	return race_load(&lock->__data.__readers) >> 3;
}

static void check_unlock(const pthread_rwlock_t *lock, uint64_t pc)
{
	int32_t writer = race_load(&lock->__data.__cur_writer);

	if (!race_is_watching() || lock->__data.__shared ||
	    (writer ? writer == race_self()->kernel_tid : has_readers(lock)))
		return;
	race_misuse_unlock(race_self(), (uint64_t)lock, RACE_HOLD_WRITE, writer, pc);
}

RACE_STAND_IN(int, pthread_rwlock_unlock, (pthread_rwlock_t *lock))
{
	check_unlock(lock, RACE_CALLER);
	/* While a writer holds it nobody else does. Readers come and go side by side: theirs
	 * is a clock with a lock of ours. */
	if (lock->__data.__cur_writer) {
		race_lock_giving((uint64_t)lock);
	} else if (race_is_watching()) {
		race_held_pop(race_self(), (uint64_t)lock);
		if (race_is_threaded())
			race_sync_release_at(race_self(), (uint64_t)lock + READERS);
	}
	return RACE_REAL(pthread_rwlock_unlock)(lock);
}
