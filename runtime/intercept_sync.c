/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_sync.c - locks, condition variables, barriers, semaphores, once: libc does
 * the waiting, we note the order. A lock: after it is taken, the thread learns what was
 * released there; before it is given back, it releases. What a mutex protects includes
 * the mutex's own clock, so that needs no lock of ours.
 */
/* pthread_cleanup_push is a setjmp here; nothing is changed between it and its end. */
#pragma GCC diagnostic ignored "-Wclobbered"
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <threads.h>

#include "intercept.h"
#include "sync.h"

/* glibc's: a robust mutex's kind has this bit, its owner word may carry flags. */
#define ROBUST_KIND 16
#define OWNER_BITS 0x3fffffff

/* Beside a rwlock's clock of writers stands the one of its readers, and beside a
 * barrier's count the clocks of its even and odd rounds. */
#define READERS 1
#define ROUND 1

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

/* ---- barriers ----
 * Rounds alternate between two clocks: with one, a fast thread's arrival at the next
 * round would be learned by a slow leaver of this one. */

RACE_STAND_IN(int, pthread_barrier_init,
              (pthread_barrier_t *restrict barrier, const pthread_barrierattr_t *restrict attr,
               unsigned count))
{
	int result;

	forget(barrier);
	result = RACE_REAL(pthread_barrier_init)(barrier, attr, count);
	if (result == 0 && race_is_watching())
		race_sync_get((uint64_t)barrier)->members = count;
	return result;
}

RACE_STAND_IN(int, pthread_barrier_destroy, (pthread_barrier_t *barrier))
{
	forget(barrier);
	return RACE_REAL(pthread_barrier_destroy)(barrier);
}

/* The clock of the round that the caller enters. */
static uint64_t barrier_arrive(const void *barrier)
{
	struct race_sync *sync = race_sync_get((uint64_t)barrier);
	uint32_t members = sync->members ? sync->members : 1;
	uint32_t arrival = __atomic_fetch_add(&sync->arrivals, 1, __ATOMIC_RELAXED);

	return (uint64_t)barrier + ROUND + (arrival / members & 1);
}

RACE_STAND_IN(int, pthread_barrier_wait, (pthread_barrier_t *barrier))
{
	uint64_t round = 0;
	int result;

	if (race_is_threaded()) {
		round = barrier_arrive(barrier);
		race_sync_release_at(race_self(), round);
	}
	result = RACE_REAL(pthread_barrier_wait)(barrier);
	if (round)
		race_sync_acquire_at(race_self(), round);
	return result;
}

/* ---- semaphores ---- */

static int sem_taken(int result, const sem_t *sem)
{
	int kept = errno;

	if (result == 0 && race_is_threaded())
		race_sync_acquire_at(race_self(), (uint64_t)sem);
	errno = kept;
	return result;
}

RACE_STAND_IN(int, sem_post, (sem_t *sem))
{
	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)sem);
	return RACE_REAL(sem_post)(sem);
}

RACE_STAND_IN(int, sem_wait, (sem_t *sem))
{
	return sem_taken(RACE_REAL(sem_wait)(sem), sem);
}

RACE_STAND_IN(int, sem_trywait, (sem_t *sem))
{
	return sem_taken(RACE_REAL(sem_trywait)(sem), sem);
}

RACE_STAND_IN(int, sem_timedwait,
              (sem_t *restrict sem, const struct timespec *restrict time))
{
	return sem_taken(RACE_REAL(sem_timedwait)(sem, time), sem);
}

RACE_STAND_IN(int, sem_clockwait,
              (sem_t *restrict sem, clockid_t clock, const struct timespec *restrict time))
{
	return sem_taken(RACE_REAL(sem_clockwait)(sem, clock, time), sem);
}

RACE_STAND_IN(int, sem_destroy, (sem_t *sem))
{
	forget(sem);
	return RACE_REAL(sem_destroy)(sem);
}

/* ---- once ----
 * libc calls the routine without an argument: which one, and for what, stands in the
 * thread meanwhile. */

struct once {
	void (*routine)(void);
	const void *control;
	struct once *outer;
};

static void once_run(void)
{
	struct race_thread *self = race_self();
	struct once *once = self->once;

	self->once = once->outer;
	once->routine();
	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)once->control);
}

static void once_begin(struct once *once)
{
	struct race_thread *self = race_self();

	once->outer = self->once;
	self->once = once;
}

static void once_end(const struct once *once)
{
	struct race_thread *self = race_self();

	self->once = once->outer;
	if (race_is_threaded())
		race_sync_acquire_at(self, (uint64_t)once->control);
}

RACE_STAND_IN(int, pthread_once, (pthread_once_t *control, void (*routine)(void)))
{
	struct once once = { .routine = routine, .control = control };
	int result;

	if (!race_is_watching())
		return RACE_REAL(pthread_once)(control, routine);
	once_begin(&once);
	result = RACE_REAL(pthread_once)(control, once_run);
	once_end(&once);
	return result;
}

RACE_STAND_IN(void, call_once, (once_flag *control, void (*routine)(void)))
{
	struct once once = { .routine = routine, .control = control };

	if (!race_is_watching()) {
		RACE_REAL(call_once)(control, routine);
		return;
	}
	once_begin(&once);
	RACE_REAL(call_once)(control, once_run);
	once_end(&once);
}

/* ---- C++ function-local statics: the compiler's own once ---- */

extern int __cxa_guard_acquire(uint64_t *guard) __attribute__((weak));
extern void __cxa_guard_release(uint64_t *guard) __attribute__((weak));
extern void __cxa_guard_abort(uint64_t *guard) __attribute__((weak));
RACE_EXPORT int __race___cxa_guard_acquire(uint64_t *guard);
RACE_EXPORT void __race___cxa_guard_release(uint64_t *guard);
RACE_EXPORT void __race___cxa_guard_abort(uint64_t *guard);

int __race___cxa_guard_acquire(uint64_t *guard)
{
	int ours_to_initialise = __cxa_guard_acquire(guard);

	if (!ours_to_initialise && race_is_threaded())
		race_sync_acquire_at(race_self(), (uint64_t)guard);
	return ours_to_initialise;
}

void __race___cxa_guard_release(uint64_t *guard)
{
	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)guard);
	__cxa_guard_release(guard);
}

void __race___cxa_guard_abort(uint64_t *guard)
{
	__cxa_guard_abort(guard);
}
