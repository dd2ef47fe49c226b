/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_lock.h - what a lock orders, whichever kind it is. After it is taken, the
 * thread learns what was released there; before it is given back, the thread releases.
 * What a lock protects includes the lock's own clock, so that needs no lock of ours.
 * Who failed to take it calls nothing here.
 */
#ifndef RACE_INTERCEPT_LOCK_H
#define RACE_INTERCEPT_LOCK_H

#include <pthread.h>

#include "held.h"
#include "intercept_memory.h"
#include "inversion.h"
#include "misuse.h"
#include "shared.h"
#include "sync.h"

/* False: nothing was ever released there. */
RACE_INLINE bool race_lock_acquire(struct race_thread *self, uint64_t lock)
{
	struct race_sync *sync = race_sync_find(lock);

	if (race_unlikely(!sync))
		return false;
	race_sync_acquire(self, sync);
	return true;
}

/* By the call that returns to pc; `waits`: it would have waited as long as it takes. Inner
 * locks of a C++ library are not the program's. True: of two threads that could take the
 * lock, this one is the first, and whatever orders that behind the lock's making is not the
 * lock (race_lock_first). */
RACE_INLINE bool race_lock_taken(uint64_t lock, enum race_hold_kind kind, bool waits, uint64_t pc)
{
	struct race_thread *self;
	bool first;

	if (!race_is_watching())
		return false;
	self = race_self();
	if (race_unlikely(self->library_locks))
		return false;
	race_held_push(self, lock, kind, pc);
	if (!race_runtime.threaded)
		return false;
	first = !race_lock_acquire(self, lock);
	if (waits && self->holds_count > 1)
		race_inversion_look(self);
	return first;
}

/* A lock's own memory: who makes or unmakes it writes it, and who takes it first reads it,
 * as an atomic does. That is enough for each use behind a making that does not come before
 * it, at no cost for all later ones. */
RACE_INLINE void race_lock_first(const void *lock, uint64_t pc, const struct race_function *function)
{
	struct race_caller by = { pc, function, true };

	race_memory_touched(&by, lock, sizeof(int), RACE_ATOMIC_READ);
}

RACE_INLINE void race_lock_giving(uint64_t lock)
{
	struct race_thread *self;

	if (!race_is_watching())
		return;
	self = race_self();
	race_held_pop(self, lock);
	if (race_unlikely(self->library_locks == RACE_LOCKS_UNSEEN) || !race_runtime.threaded)
		return;
	if (race_unlikely(self->library_locks == RACE_LOCKS_RELEASE))
		race_sync_merge(self, race_sync_get(lock));
	else
		race_sync_store(self, race_sync_get(lock));
	race_thread_tick(self);
}

/* A lock that a call made, which returns to pc. */
RACE_INLINE void race_lock_made(int result, const volatile void *lock, uint64_t pc)
{
	if (result == 0 && race_is_watching())
		race_inversion_made(race_self(), (uint64_t)lock, pc);
}

/* The object is made or unmade: whatever was released in its memory is not its past.
 * A lock's neighbours in the same word stay. */
RACE_INLINE void race_lock_forget(uint64_t object, size_t bytes)
{
	if (race_is_watching())
		race_sync_forget(race_shared_name(object), bytes);
}

/* glibc's: what stands in a mutex's kind. */
#define RACE_MUTEX_TYPE 3
#define RACE_MUTEX_ROBUST 16
#define RACE_MUTEX_PRIO_INHERIT 32
#define RACE_MUTEX_LOOKS (1 | 2 | 64 | 256 | ~0x3ff) /* other kinds; destroyed: all bits */
#define RACE_MUTEX_SHARED 128

/* For the kinds that look who unlocks (intercept_sync.c). */
bool race_mutex_is_last_of_owner(const pthread_mutex_t *mutex);

/* Would an unlock give it back? Not another thread's than the owner's, for the kinds that
 * look, and not an inner one of a recursive mutex. */
RACE_INLINE bool race_mutex_goes(const pthread_mutex_t *mutex)
{
	int kind = race_load(&mutex->__data.__kind);

	return race_likely(!(kind & (RACE_MUTEX_TYPE | RACE_MUTEX_ROBUST | RACE_MUTEX_PRIO_INHERIT))) ||
	       race_mutex_is_last_of_owner(mutex);
}

/* Of a kind that does not look who unlocks. (Shared with other processes, 128: nor do we.) */
RACE_INLINE bool race_mutex_is_foreign(const pthread_mutex_t *mutex)
{
	return !(race_load(&mutex->__data.__kind) &
	         (RACE_MUTEX_LOOKS | RACE_MUTEX_ROBUST | RACE_MUTEX_PRIO_INHERIT | RACE_MUTEX_SHARED)) &&
	       race_load(&mutex->__data.__owner) != race_self()->kernel_tid;
}

/* Before an unlock by the call that returns to pc. */
RACE_INLINE void race_mutex_check(const pthread_mutex_t *mutex, uint64_t pc)
{
	if (race_is_watching() && race_unlikely(race_mutex_is_foreign(mutex)) &&
	    !race_self()->library_locks)
		race_misuse_unlock(race_self(), (uint64_t)mutex, RACE_HOLD_MUTEX,
		                   race_load(&mutex->__data.__owner), pc);
}

/* Before a lock or unlock. glibc's destroy leaves all bits of the kind. */
RACE_INLINE void race_mutex_look(const pthread_mutex_t *mutex, uint64_t pc)
{
	int kind = race_load(&mutex->__data.__kind);

	if (race_unlikely(kind & ~0x3ff) && race_is_watching())
		race_misuse_use(race_self(), (uint64_t)mutex, RACE_HOLD_MUTEX, kind == -1, pc);
}

/* Before an unlock. */
RACE_INLINE void race_mutex_giving(const pthread_mutex_t *mutex)
{
	if (!race_is_watching())
		return;
	if (race_mutex_goes(mutex))
		race_lock_giving((uint64_t)mutex);
	else
		race_held_pop(race_self(), (uint64_t)mutex);
}

/* self ends: what it holds of robust mutexes is released with it (intercept_sync.c). */
void race_mutex_release_robust(struct race_thread *self);

/* A routine that runs once starts, and is over, however it ends; race_once_unwound is the
 * personality of a frame between (intercept_wait.c). */
struct once {
	void (*routine)(void);
	const void *control;
	struct once *outer;
};
void race_once_starts(struct once *once);
void race_once_over(void);
int race_once_unwound(int version, int actions);

#endif
