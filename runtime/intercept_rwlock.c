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
#include "intercept_touch.h"

/* The readers' clock stands beside the writers', by its address. */
#define READERS 1

/* A destroyed lock bears a mark where glibc has nothing: whatever makes it anew overwrites
 * that. (Not in one that another process may make anew.) */
static uint64_t mark_of(const pthread_rwlock_t *lock)
{
	return (uint64_t)lock ^ 0xd057204ed0c4ab1eull;
}

static void look(const pthread_rwlock_t *lock, uint64_t pc)
{
	bool was_destroyed = race_unlikely(race_load(&lock->__data.__pad2) != 0) &&
			     race_load(&lock->__data.__pad2) == mark_of(lock);

	if ((was_destroyed || race_unlikely(race_load(&lock->__data.__flags) > 3)) &&
	    race_is_watching())
		race_misuse_use(race_self(), (uint64_t)lock, RACE_HOLD_WRITE, was_destroyed, pc);
}

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

/* glibc's: how many readers are in, above three bits of its own. */
static uint32_t has_readers(const pthread_rwlock_t *lock)
{
	return race_load(&lock->__data.__readers) >> 3;
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
	int result;

	if (race_is_watching() && (writer || (has_readers(lock) && !lock->__data.__shared)))
		race_misuse_destroy(race_self(), (uint64_t)lock, RACE_HOLD_WRITE, writer ? writer : -1,
		                    RACE_CALLER);
	result = made_or_unmade(RACE_REAL(pthread_rwlock_destroy)(lock), lock);
	if (result == 0 && race_is_watching() && !lock->__data.__shared) {
		race_misuse_destroyed(race_self(), (uint64_t)lock, RACE_CALLER);
		race_store(&lock->__data.__pad2, mark_of(lock));
	}
	return result;
}

/* First the try: who gets it at once has not waited. */
#define LOCKING(pc_of, locked, try, kind, may_give_up, name, call)                     \
	({                                                                             \
		int tried_;                                                            \
                                                                                       \
		look(lock, pc_of);                                                     \
		tried_ = RACE_REAL(try)(lock);                                         \
                                                                                       \
		if (tried_ == EBUSY)                                                   \
			tried_ = RACE_WAITS_UNLESS(true, EDEADLK, kind, may_give_up, lock, 0, pc_of, \
			                    name, call);                               \
		locked(tried_, lock, !(may_give_up), pc_of);                           \
	})

RACE_STAND_IN(int, pthread_rwlock_tryrdlock, (pthread_rwlock_t *lock))
{
	look(lock, RACE_CALLER);
	return read_locked(RACE_REAL(pthread_rwlock_tryrdlock)(lock), lock, false, RACE_CALLER);
}

RACE_STAND_IN(int, pthread_rwlock_rdlock, (pthread_rwlock_t *lock))
{
	RACE_CALLS(pthread_rwlock_rdlock, RACE_CALLER);
	return LOCKING(RACE_CALLER, read_locked, pthread_rwlock_tryrdlock, RACE_WAIT_READ, false, "pthread_rwlock_rdlock",
	               RACE_REAL(pthread_rwlock_rdlock)(lock));
}

RACE_STAND_IN_FOR(int, pthread_rwlock_timedrdlock,
                  (pthread_rwlock_t *restrict lock, const struct timespec *restrict time),
                  (lock, time))
{
	return LOCKING(by.pc, read_locked, pthread_rwlock_tryrdlock, RACE_WAIT_READ, true, "pthread_rwlock_timedrdlock",
	               RACE_TIMED(RACE_REAL(pthread_rwlock_timedrdlock)(lock, time)));
}

RACE_STAND_IN_FOR(int, pthread_rwlock_clockrdlock,
                  (pthread_rwlock_t *restrict lock, clockid_t clock,
                   const struct timespec *restrict time),
                  (lock, clock, time))
{
	return LOCKING(by.pc, read_locked, pthread_rwlock_tryrdlock, RACE_WAIT_READ, true, "pthread_rwlock_clockrdlock",
	               RACE_TIMED(RACE_REAL(pthread_rwlock_clockrdlock)(lock, clock, time)));
}

RACE_STAND_IN(int, pthread_rwlock_trywrlock, (pthread_rwlock_t *lock))
{
	look(lock, RACE_CALLER);
	return write_locked(RACE_REAL(pthread_rwlock_trywrlock)(lock), lock, false, RACE_CALLER);
}

RACE_STAND_IN(int, pthread_rwlock_wrlock, (pthread_rwlock_t *lock))
{
	RACE_CALLS(pthread_rwlock_wrlock, RACE_CALLER);
	return LOCKING(RACE_CALLER, write_locked, pthread_rwlock_trywrlock, RACE_WAIT_WRITE, false, "pthread_rwlock_wrlock",
	               RACE_REAL(pthread_rwlock_wrlock)(lock));
}

RACE_STAND_IN_FOR(int, pthread_rwlock_timedwrlock,
                  (pthread_rwlock_t *restrict lock, const struct timespec *restrict time),
                  (lock, time))
{
	return LOCKING(by.pc, write_locked, pthread_rwlock_trywrlock, RACE_WAIT_WRITE, true, "pthread_rwlock_timedwrlock",
	               RACE_TIMED(RACE_REAL(pthread_rwlock_timedwrlock)(lock, time)));
}

RACE_STAND_IN_FOR(int, pthread_rwlock_clockwrlock,
                  (pthread_rwlock_t *restrict lock, clockid_t clock,
                   const struct timespec *restrict time),
                  (lock, clock, time))
{
	return LOCKING(by.pc, write_locked, pthread_rwlock_trywrlock, RACE_WAIT_WRITE, true, "pthread_rwlock_clockwrlock",
	               RACE_TIMED(RACE_REAL(pthread_rwlock_clockwrlock)(lock, clock, time)));
}

/* A writer is known to libc, readers are known by their lists. */
static void check_unlock(const pthread_rwlock_t *lock, uint64_t pc)
{
	int32_t writer = race_load(&lock->__data.__cur_writer);
	const struct race_hold *own;
	struct race_thread *self;

	if (!race_is_watching() || lock->__data.__shared)
		return;
	self = race_self();
	if (race_unlikely(self->library_locks) || (writer && writer == self->kernel_tid))
		return;
	own = race_held_find(self, (uint64_t)lock);
	if (writer)
		race_misuse_unlock(self, (uint64_t)lock, RACE_HOLD_WRITE, writer, pc);
	else if (!own || race_unlikely(own->kind != RACE_HOLD_READ))
		race_misuse_unlock_read(self, (uint64_t)lock, has_readers(lock), pc);
}

RACE_STAND_IN(int, pthread_rwlock_unlock, (pthread_rwlock_t *lock))
{
	look(lock, RACE_CALLER);
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
