/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_sync.c - mutexes and spin locks: libc does the waiting, we note the order
 * (intercept_lock.h).
 *
 * A robust mutex whose owner ended goes to the next owner by EOWNERDEAD. What the dead
 * one did is released at its end: the kernel keeps, for each thread, the list of the
 * robust mutexes that it holds, to wake who waits for them; we read the same list.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>

#include "blocker.h"
#include "intercept.h"
#include "intercept_lock.h"
#include "intercept_touch.h"
#include "intercept_touch.h"
#include "platform.h"

/* ---- mutexes ---- */

bool race_mutex_is_last_of_owner(const pthread_mutex_t *mutex)
{
	int kind = mutex->__data.__kind, type = kind & RACE_MUTEX_TYPE, owner;

	if (kind & (RACE_MUTEX_ROBUST | RACE_MUTEX_PRIO_INHERIT))
		owner = mutex->__data.__lock & FUTEX_TID_MASK;
	else if (type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK)
		owner = mutex->__data.__owner;
	else
		return true;
	return owner == race_self()->kernel_tid &&
	       !(type == PTHREAD_MUTEX_RECURSIVE && mutex->__data.__count > 1);
}

/* EOWNERDEAD: the lock is held, its last owner died with it. `function` of a caller that is
 * instrumented, else NULL. */
RACE_INLINE int locked(int result, const pthread_mutex_t *mutex, bool waits, uint64_t pc,
                       const struct race_function *function)
{
	if ((result == 0 || result == EOWNERDEAD) &&
	    race_unlikely(race_lock_taken((uint64_t)mutex, RACE_HOLD_MUTEX, waits, pc)) && function)
		race_lock_first(mutex, pc, function);
	return result;
}

static int made_or_unmade(int result, pthread_mutex_t *mutex, const struct race_caller *by)
{
	if (result == 0) {
		race_writes(by, mutex, sizeof(*mutex));
		race_lock_forget((uint64_t)mutex, sizeof(*mutex));
	}
	return result;
}

RACE_STAND_IN_FOR(int, pthread_mutex_init,
                  (pthread_mutex_t *mutex, const pthread_mutexattr_t *attr), (mutex, attr))
{
	int result = made_or_unmade(RACE_REAL(pthread_mutex_init)(mutex, attr), mutex, &by);

	race_lock_made(result, mutex, by.pc);
	return result;
}

RACE_STAND_IN_FOR(int, pthread_mutex_destroy, (pthread_mutex_t *mutex), (mutex))
{
	int32_t owner = race_load(&mutex->__data.__owner);
	int result = made_or_unmade(RACE_REAL(pthread_mutex_destroy)(mutex), mutex, &by);

	if (result == 0 && race_is_watching())
		race_misuse_destroyed(race_self(), (uint64_t)mutex, by.pc);
	else if (result == EBUSY && race_is_watching())
		race_misuse_destroy(race_self(), (uint64_t)mutex, RACE_HOLD_MUTEX, owner, by.pc);
	return result;
}

RACE_STAND_IN_FOR(int, pthread_mutex_trylock, (pthread_mutex_t *mutex), (mutex))
{
	race_mutex_look(mutex, by.pc);
	return locked(RACE_REAL(pthread_mutex_trylock)(mutex), mutex, false, by.pc,
	              by.instrumented ? by.function : NULL);
}

/* First the try: who gets it at once has not waited. The kinds that tell a mistake by the
 * result tell it in the second call. */
#define LOCKING(pc_of, function, name, may_give_up, call)                              \
	({                                                                             \
		int tried_;                                                            \
                                                                                       \
		race_mutex_look(mutex, pc_of);                                         \
		tried_ = RACE_REAL(pthread_mutex_trylock)(mutex);                      \
                                                                                       \
		if (tried_ == EBUSY)                                                   \
			tried_ = RACE_WAITS_UNLESS(true, EDEADLK, RACE_WAIT_MUTEX, may_give_up, mutex, 0,    \
			                    pc_of, name, call);                        \
		locked(tried_, mutex, !(may_give_up), pc_of, function);                \
	})

/* The two entries are apart so that what each is costs nothing. */
#define LOCK(function)                                                                 \
	({                                                                             \
		RACE_CALLS(pthread_mutex_lock, RACE_CALLER);                           \
		LOCKING(RACE_CALLER, function, "pthread_mutex_lock", false,            \
		        RACE_REAL(pthread_mutex_lock)(mutex));                         \
	})

RACE_STAND_IN_PLAIN(int, pthread_mutex_lock, (pthread_mutex_t *mutex))
{
	return LOCK(NULL);
}

RACE_EXPORT int __race_pthread_mutex_lock(pthread_mutex_t *mutex);
int __race_pthread_mutex_lock(pthread_mutex_t *mutex)
{
	return LOCK(RACE_FUNCTION("pthread_mutex_lock()"));
}

RACE_STAND_IN_FOR(int, pthread_mutex_timedlock,
                  (pthread_mutex_t *restrict mutex, const struct timespec *restrict time),
                  (mutex, time))
{
	return LOCKING(by.pc, by.instrumented ? by.function : NULL, "pthread_mutex_timedlock", true,
	               RACE_TIMED(RACE_REAL(pthread_mutex_timedlock)(mutex, time)));
}

RACE_STAND_IN_FOR(int, pthread_mutex_clocklock,
                  (pthread_mutex_t *restrict mutex, clockid_t clock,
                   const struct timespec *restrict time),
                  (mutex, clock, time))
{
	return LOCKING(by.pc, by.instrumented ? by.function : NULL, "pthread_mutex_clocklock", true,
	               RACE_TIMED(RACE_REAL(pthread_mutex_clocklock)(mutex, clock, time)));
}

RACE_STAND_IN(int, pthread_mutex_unlock, (pthread_mutex_t *mutex))
{
	race_mutex_look(mutex, RACE_CALLER);
	race_mutex_check(mutex, RACE_CALLER);
	race_mutex_giving(mutex);
	return RACE_REAL(pthread_mutex_unlock)(mutex);
}

/* Its epoch goes on, so that what its last destructors do is released, too. */
void race_mutex_release_robust(struct race_thread *self)
{
	struct robust_list_head *head = NULL;
	size_t bytes;

	race_syscall(__NR_get_robust_list, 0, (long)&head, (long)&bytes, 0, 0, 0);
	if (!head)
		return;
	for (uint64_t at = (uint64_t)head->list.next & ~1ull; at != (uint64_t)&head->list;
	     at = *(const uint64_t *)at & ~1ull) /* 1: of priority inheritance */
		race_sync_store(self, race_sync_get(at + (uint64_t)head->futex_offset));
}

/* ---- spin locks ---- */

static int spin_locked(int result, pthread_spinlock_t *lock, bool waits, uint64_t pc)
{
	if (result == 0)
		race_lock_taken((uint64_t)lock, RACE_HOLD_SPIN, waits, pc);
	return result;
}

static int spin_made_or_unmade(int result, pthread_spinlock_t *lock)
{
	if (result == 0)
		race_lock_forget((uint64_t)lock, sizeof(*lock));
	return result;
}

/* glibc's: 1 is free, what is less is taken. */
static void spin_look(pthread_spinlock_t *lock, uint64_t pc)
{
	bool was_destroyed = race_unlikely(race_misuse_is_destroyed((uint64_t)lock));

	if ((was_destroyed || race_unlikely(race_load(lock) > 1)) && race_is_watching())
		race_misuse_use(race_self(), (uint64_t)lock, RACE_HOLD_SPIN, was_destroyed, pc);
}

RACE_STAND_IN(int, pthread_spin_init, (pthread_spinlock_t *lock, int shared))
{
	int result;

	race_misuse_made((uint64_t)lock);
	result = spin_made_or_unmade(RACE_REAL(pthread_spin_init)(lock, shared), lock);
	race_lock_made(result, lock, RACE_CALLER);
	return result;
}

RACE_STAND_IN(int, pthread_spin_destroy, (pthread_spinlock_t *lock))
{
	int result;

	if (race_is_watching() && race_load(lock) <= 0)
		race_misuse_destroy(race_self(), (uint64_t)lock, RACE_HOLD_SPIN, -1, RACE_CALLER);
	result = spin_made_or_unmade(RACE_REAL(pthread_spin_destroy)(lock), lock);
	if (result == 0 && race_is_watching())
		race_misuse_destroyed(race_self(), (uint64_t)lock, RACE_CALLER);
	return result;
}

RACE_STAND_IN(int, pthread_spin_trylock, (pthread_spinlock_t *lock))
{
	spin_look(lock, RACE_CALLER);
	return spin_locked(RACE_REAL(pthread_spin_trylock)(lock), lock, false, RACE_CALLER);
}

RACE_STAND_IN(int, pthread_spin_lock, (pthread_spinlock_t *lock))
{
	int result;

	spin_look(lock, RACE_CALLER);
	result = RACE_REAL(pthread_spin_trylock)(lock);
	if (result == EBUSY)
		result = RACE_WAITS_UNLESS(true, EDEADLK, RACE_WAIT_SPIN, false, lock, 0, RACE_CALLER,
		                    "pthread_spin_lock", RACE_REAL(pthread_spin_lock)(lock));
	return spin_locked(result, lock, true, RACE_CALLER);
}

/* One that is not in self's list: free, or in another thread's, or taken where nobody looked. */
static void spin_check(pthread_spinlock_t *lock, uint64_t pc)
{
	struct race_thread *self = race_self();
	const struct race_hold *own = race_held_find(self, (uint64_t)lock);
	struct race_hold hold;
	bool foreign;

	if (race_likely(own && own->kind == RACE_HOLD_SPIN) || self->library_locks)
		return;
	race_thread_lock();
	foreign = race_blocker_other(self, (uint64_t)lock, &hold) != NULL;
	race_thread_unlock();
	if (own || foreign || race_load(lock) == 1)
		race_misuse_unlock(self, (uint64_t)lock, RACE_HOLD_SPIN, foreign ? -1 : 0, pc);
}

RACE_STAND_IN(int, pthread_spin_unlock, (pthread_spinlock_t *lock))
{
	if (race_is_watching())
		spin_check(lock, RACE_CALLER);
	race_lock_giving((uint64_t)lock);
	return RACE_REAL(pthread_spin_unlock)(lock);
}
