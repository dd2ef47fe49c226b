/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_c11.c - the mutexes of C11. glibc's are its pthread mutexes in another type,
 * but it does not call those by a name that we stand in for. (cnd_t: intercept_cond.c,
 * once_flag: intercept_wait.c, thrd_t: intercept_thread.c.)
 */
#define _GNU_SOURCE
#include <threads.h>

#include "intercept.h"
#include "intercept_lock.h"
#include "intercept_touch.h"

static int locked(int result, const mtx_t *mutex, bool waits, uint64_t pc)
{
	if (result == thrd_success)
		race_lock_taken((uint64_t)mutex, RACE_HOLD_MUTEX, waits, pc);
	return result;
}

RACE_STAND_IN(int, mtx_init, (mtx_t *mutex, int kind))
{
	int result = RACE_REAL(mtx_init)(mutex, kind);

	if (result == thrd_success)
		race_lock_forget((uint64_t)mutex, sizeof(*mutex));
	race_lock_made(result != thrd_success, mutex, RACE_CALLER);
	return result;
}

RACE_STAND_IN(void, mtx_destroy, (mtx_t *mutex))
{
	const pthread_mutex_t *of = (const pthread_mutex_t *)mutex;
	int32_t owner = race_load(&of->__data.__owner);

	RACE_REAL(mtx_destroy)(mutex);
	race_lock_forget((uint64_t)mutex, sizeof(*mutex));
	if (race_is_watching() && race_load(&of->__data.__kind) == -1)
		race_misuse_destroyed(race_self(), (uint64_t)mutex, RACE_CALLER);
	else if (race_is_watching() && owner)
		race_misuse_destroy(race_self(), (uint64_t)mutex, RACE_HOLD_MUTEX, owner, RACE_CALLER);
}

RACE_STAND_IN(int, mtx_trylock, (mtx_t *mutex))
{
	race_mutex_look((const pthread_mutex_t *)mutex, RACE_CALLER);
	return locked(RACE_REAL(mtx_trylock)(mutex), mutex, false, RACE_CALLER);
}

/* As in intercept_sync.c. */
#define LOCKING(pc_of, name, may_give_up, call)                                        \
	({                                                                             \
		int tried_;                                                            \
                                                                                       \
		race_mutex_look((const pthread_mutex_t *)mutex, pc_of);                \
		tried_ = RACE_REAL(mtx_trylock)(mutex);                                \
                                                                                       \
		if (tried_ == thrd_busy)                                               \
			tried_ = RACE_WAITS_UNLESS(true, thrd_error, RACE_WAIT_MUTEX, may_give_up, mutex, 0,    \
			                    pc_of, name, call);                        \
		locked(tried_, mutex, !(may_give_up), pc_of);                          \
	})

RACE_STAND_IN(int, mtx_lock, (mtx_t *mutex))
{
	return LOCKING(RACE_CALLER, "mtx_lock", false, RACE_REAL(mtx_lock)(mutex));
}

RACE_STAND_IN_FOR(int, mtx_timedlock,
                  (mtx_t *restrict mutex, const struct timespec *restrict time),
                  (mutex, time))
{
	return LOCKING(by.pc, "mtx_timedlock", true, RACE_TIMED(RACE_REAL(mtx_timedlock)(mutex, time)));
}

RACE_STAND_IN(int, mtx_unlock, (mtx_t *mutex))
{
	race_mutex_look((const pthread_mutex_t *)mutex, RACE_CALLER);
	race_mutex_check((const pthread_mutex_t *)mutex, RACE_CALLER);
	race_mutex_giving((const pthread_mutex_t *)mutex);
	return RACE_REAL(mtx_unlock)(mutex);
}
