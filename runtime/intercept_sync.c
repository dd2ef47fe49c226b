/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_sync.c - locks and condition variables: libc does the waiting, we note the
 * order. A lock: after it is taken, the thread learns what was
 * released there; before it is given back, it releases. What a mutex protects includes
 * the mutex's own clock, so that needs no lock of ours.
 */
/* pthread_cleanup_push is a setjmp here; nothing is changed between it and its end. */
#pragma GCC diagnostic ignored "-Wclobbered"
#define _GNU_SOURCE
#include <pthread.h>
#include <threads.h>

#include "intercept.h"
#include "sync.h"

/* glibc's: a robust mutex's kind has this bit, its owner word may carry flags. */
#define ROBUST_KIND 16
#define OWNER_BITS 0x3fffffff

/* Beside a rwlock's clock of writers stands the one of its readers. */
#define READERS 1

static void forget(const void *object)
{
	if (race_is_watching())
		race_sync_forget((uint64_t)object, 8);
}

/* ---- mutexes ---- */

static void mutex_after_lock(const void *mutex)
{
	struct race_sync *sync;

	if (!race_is_threaded())
		return;
	sync = race_sync_find((uint64_t)mutex);
	if (sync)
		race_sync_acquire(race_self(), sync);
}

/* Kinds that refuse to be unlocked by another thread than the owner. What it would have
 * released is then not the mutex's; the real owner's is. */
static bool refuses_unlock(const pthread_mutex_t *mutex)
{
	int kind = mutex->__data.__kind;

	return kind & (PTHREAD_MUTEX_ERRORCHECK | PTHREAD_MUTEX_RECURSIVE | ROBUST_KIND) &&
	       (mutex->__data.__owner & OWNER_BITS) != race_self()->kernel_tid;
}

static void mutex_before_unlock(const void *mutex)
{
	struct race_thread *self;

	if (!race_is_threaded())
		return;
	self = race_self();
	race_sync_store(self, race_sync_get((uint64_t)mutex));
	race_thread_tick(self);
}

/* EOWNERDEAD: the lock is held, its last owner died with it. */
static int mutex_locked(int result, const void *mutex)
{
	if (result == 0 || result == EOWNERDEAD)
		mutex_after_lock(mutex);
	return result;
}

RACE_STAND_IN(int, pthread_mutex_init, (pthread_mutex_t *mutex, const pthread_mutexattr_t *attr))
{
	forget(mutex);
	return RACE_REAL(pthread_mutex_init)(mutex, attr);
}

RACE_STAND_IN(int, pthread_mutex_destroy, (pthread_mutex_t *mutex))
{
	forget(mutex);
	return RACE_REAL(pthread_mutex_destroy)(mutex);
}

RACE_STAND_IN(int, pthread_mutex_lock, (pthread_mutex_t *mutex))
{
	return mutex_locked(RACE_REAL(pthread_mutex_lock)(mutex), mutex);
}

RACE_STAND_IN(int, pthread_mutex_trylock, (pthread_mutex_t *mutex))
{
	return mutex_locked(RACE_REAL(pthread_mutex_trylock)(mutex), mutex);
}

RACE_STAND_IN(int, pthread_mutex_timedlock,
              (pthread_mutex_t *restrict mutex, const struct timespec *restrict time))
{
	return mutex_locked(RACE_REAL(pthread_mutex_timedlock)(mutex, time), mutex);
}

RACE_STAND_IN(int, pthread_mutex_clocklock,
              (pthread_mutex_t *restrict mutex, clockid_t clock,
               const struct timespec *restrict time))
{
	return mutex_locked(RACE_REAL(pthread_mutex_clocklock)(mutex, clock, time), mutex);
}

RACE_STAND_IN(int, pthread_mutex_unlock, (pthread_mutex_t *mutex))
{
	if (!race_is_threaded() || !refuses_unlock(mutex))
		mutex_before_unlock(mutex);
	return RACE_REAL(pthread_mutex_unlock)(mutex);
}

static int mtx_locked(int result, const void *mutex)
{
	if (result == thrd_success)
		mutex_after_lock(mutex);
	return result;
}

RACE_STAND_IN(int, mtx_lock, (mtx_t *mutex))
{
	return mtx_locked(RACE_REAL(mtx_lock)(mutex), mutex);
}

RACE_STAND_IN(int, mtx_trylock, (mtx_t *mutex))
{
	return mtx_locked(RACE_REAL(mtx_trylock)(mutex), mutex);
}

RACE_STAND_IN(int, mtx_timedlock,
              (mtx_t *restrict mutex, const struct timespec *restrict time))
{
	return mtx_locked(RACE_REAL(mtx_timedlock)(mutex, time), mutex);
}

RACE_STAND_IN(int, mtx_unlock, (mtx_t *mutex))
{
	mutex_before_unlock(mutex);
	return RACE_REAL(mtx_unlock)(mutex);
}

/* ---- condition variables: the mutex orders, the signal does not ---- */

static void relocked(void *mutex)
{
	mutex_after_lock(mutex);
}

/* A cancelled wait takes the mutex again before the cleanup handlers run. */
#define WAITING(mutex, call)                                                           \
	({                                                                             \
		int result_;                                                           \
                                                                                       \
		mutex_before_unlock(mutex);                                            \
		pthread_cleanup_push(relocked, mutex);                                 \
		result_ = (call);                                                      \
		pthread_cleanup_pop(1);                                                \
		result_;                                                               \
	})

RACE_STAND_IN(int, pthread_cond_wait,
              (pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex))
{
	return WAITING(mutex, RACE_REAL(pthread_cond_wait)(cond, mutex));
}

RACE_STAND_IN(int, pthread_cond_timedwait,
              (pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
               const struct timespec *restrict time))
{
	return WAITING(mutex, RACE_REAL(pthread_cond_timedwait)(cond, mutex, time));
}

RACE_STAND_IN(int, pthread_cond_clockwait,
              (pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
               clockid_t clock, const struct timespec *restrict time))
{
	return WAITING(mutex, RACE_REAL(pthread_cond_clockwait)(cond, mutex, clock, time));
}

RACE_STAND_IN(int, cnd_wait, (cnd_t *cond, mtx_t *mutex))
{
	return WAITING(mutex, RACE_REAL(cnd_wait)(cond, mutex));
}

RACE_STAND_IN(int, cnd_timedwait,
              (cnd_t *restrict cond, mtx_t *restrict mutex,
               const struct timespec *restrict time))
{
	return WAITING(mutex, RACE_REAL(cnd_timedwait)(cond, mutex, time));
}

/* ---- reader-writer locks: readers do not order each other ---- */

static int read_locked(int result, const void *lock)
{
	if (result == 0 && race_is_threaded())
		race_sync_acquire_at(race_self(), (uint64_t)lock);
	return result;
}

static int write_locked(int result, const void *lock)
{
	struct race_thread *self;

	if (result != 0 || !race_is_watching())
		return result;
	/* Noted with one thread, too: there may be more when it unlocks. */
	race_sync_get((uint64_t)lock)->writing = true;
	if (race_is_threaded()) {
		self = race_self();
		race_sync_acquire_at(self, (uint64_t)lock);
		race_sync_acquire_at(self, (uint64_t)lock + READERS);
	}
	return result;
}

static void before_rwlock_unlock(const void *lock)
{
	struct race_sync *sync = race_is_watching() ? race_sync_find((uint64_t)lock) : NULL;
	/* Set only while a writer holds the lock, that is, while nobody else does. */
	bool writing = sync && sync->writing;

	if (writing)
		sync->writing = false;
	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)lock + (writing ? 0 : READERS));
}

RACE_STAND_IN(int, pthread_rwlock_init,
              (pthread_rwlock_t *restrict lock, const pthread_rwlockattr_t *restrict attr))
{
	forget(lock);
	return RACE_REAL(pthread_rwlock_init)(lock, attr);
}

RACE_STAND_IN(int, pthread_rwlock_destroy, (pthread_rwlock_t *lock))
{
	forget(lock);
	return RACE_REAL(pthread_rwlock_destroy)(lock);
}

RACE_STAND_IN(int, pthread_rwlock_rdlock, (pthread_rwlock_t *lock))
{
	return read_locked(RACE_REAL(pthread_rwlock_rdlock)(lock), lock);
}

RACE_STAND_IN(int, pthread_rwlock_tryrdlock, (pthread_rwlock_t *lock))
{
	return read_locked(RACE_REAL(pthread_rwlock_tryrdlock)(lock), lock);
}

RACE_STAND_IN(int, pthread_rwlock_timedrdlock,
              (pthread_rwlock_t *restrict lock, const struct timespec *restrict time))
{
	return read_locked(RACE_REAL(pthread_rwlock_timedrdlock)(lock, time), lock);
}

RACE_STAND_IN(int, pthread_rwlock_clockrdlock,
              (pthread_rwlock_t *restrict lock, clockid_t clock,
               const struct timespec *restrict time))
{
	return read_locked(RACE_REAL(pthread_rwlock_clockrdlock)(lock, clock, time), lock);
}

RACE_STAND_IN(int, pthread_rwlock_wrlock, (pthread_rwlock_t *lock))
{
	return write_locked(RACE_REAL(pthread_rwlock_wrlock)(lock), lock);
}

RACE_STAND_IN(int, pthread_rwlock_trywrlock, (pthread_rwlock_t *lock))
{
	return write_locked(RACE_REAL(pthread_rwlock_trywrlock)(lock), lock);
}

RACE_STAND_IN(int, pthread_rwlock_timedwrlock,
              (pthread_rwlock_t *restrict lock, const struct timespec *restrict time))
{
	return write_locked(RACE_REAL(pthread_rwlock_timedwrlock)(lock, time), lock);
}

RACE_STAND_IN(int, pthread_rwlock_clockwrlock,
              (pthread_rwlock_t *restrict lock, clockid_t clock,
               const struct timespec *restrict time))
{
	return write_locked(RACE_REAL(pthread_rwlock_clockwrlock)(lock, clock, time), lock);
}

RACE_STAND_IN(int, pthread_rwlock_unlock, (pthread_rwlock_t *lock))
{
	before_rwlock_unlock(lock);
	return RACE_REAL(pthread_rwlock_unlock)(lock);
}

/* ---- spin locks ---- */

RACE_STAND_IN(int, pthread_spin_lock, (pthread_spinlock_t *lock))
{
	return mutex_locked(RACE_REAL(pthread_spin_lock)(lock), (const void *)lock);
}

RACE_STAND_IN(int, pthread_spin_trylock, (pthread_spinlock_t *lock))
{
	return mutex_locked(RACE_REAL(pthread_spin_trylock)(lock), (const void *)lock);
}

RACE_STAND_IN(int, pthread_spin_unlock, (pthread_spinlock_t *lock))
{
	mutex_before_unlock((const void *)lock);
	return RACE_REAL(pthread_spin_unlock)(lock);
}

RACE_STAND_IN(int, pthread_spin_destroy, (pthread_spinlock_t *lock))
{
	forget((const void *)lock);
	return RACE_REAL(pthread_spin_destroy)(lock);
}
