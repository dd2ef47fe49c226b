/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_intercept_sync.c - what each lock, semaphore and once orders, and what it does
 * not. It is played: libc's objects are free when the next player comes. (What blocks:
 * test_intercept_wait.c.)
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <sched.h>
#include <threads.h>
#include <time.h>

#include "play.h"

/* libc's object in memory that had none before. */
static union object {
	pthread_mutex_t mutex;
	pthread_rwlock_t rwlock;
	pthread_spinlock_t spin;
	pthread_barrier_t barrier;
	pthread_once_t once;
	once_flag flag;
	sem_t sem;
	mtx_t mtx;
	uint64_t guard;
} objects[64], *x;

static struct timespec soon(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	time.tv_sec += 5;
	return time;
}

#define REALTIME ({ static struct timespec t; t = soon(CLOCK_REALTIME); &t; })
#define MONOTONIC ({ static struct timespec t; t = soon(CLOCK_MONOTONIC); &t; })

/* The player does it, with errno kept. */
#define PLAYS(player, call)                                                            \
	do {                                                                           \
		play_as(player);                                                       \
		errno = 77;                                                            \
		assert_int_equal((int)(call), 0);                                      \
		assert_int_equal(errno, 77);                                           \
		play_as(&play_main);                                                   \
	} while (0)

/* a takes and gives back, b takes: b knows what a did, and nothing behind it. */
#define CHECK_LOCK(init, lock, unlock)                                                 \
	do {                                                                           \
		uint64_t past_;                                                        \
		struct player next_;                                                   \
                                                                                       \
		x = &objects[used++ % 64];                                             \
		memset(x, 0, sizeof(*x));                                              \
		race_sync_forget((uint64_t)x, sizeof(*x));                             \
		init;                                                                  \
		play_birth(&next_);                                                    \
		PLAYS(&a, lock);                                                       \
		past_ = play_word(&a);                                                 \
		PLAYS(&a, unlock);                                                     \
		assert_false(play_knows(&next_, past_));                               \
		PLAYS(&next_, lock);                                                   \
		assert_true(play_knows(&next_, past_));                                \
		assert_false(play_knows(&next_, play_word(&a)));                       \
		PLAYS(&next_, unlock);                                                 \
		play_join(&next_);                                                     \
	} while (0)

static uint32_t used;

static void mutexes(void **state)
{
	pthread_mutexattr_t recursive;

	(void)state;
	CHECK_LOCK(, pthread_mutex_lock(&x->mutex), pthread_mutex_unlock(&x->mutex));
	CHECK_LOCK(, pthread_mutex_trylock(&x->mutex), pthread_mutex_unlock(&x->mutex));
	CHECK_LOCK(, pthread_mutex_timedlock(&x->mutex, REALTIME),
		   pthread_mutex_unlock(&x->mutex));
	CHECK_LOCK(, pthread_mutex_clocklock(&x->mutex, CLOCK_MONOTONIC, MONOTONIC),
		   pthread_mutex_unlock(&x->mutex));
	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	CHECK_LOCK(pthread_mutex_init(&x->mutex, &recursive),
		   pthread_mutex_lock(&x->mutex) + pthread_mutex_lock(&x->mutex),
		   pthread_mutex_unlock(&x->mutex) + pthread_mutex_unlock(&x->mutex));
	CHECK_LOCK(mtx_init(&x->mtx, mtx_plain), mtx_lock(&x->mtx), mtx_unlock(&x->mtx));
	CHECK_LOCK(mtx_init(&x->mtx, mtx_plain), mtx_trylock(&x->mtx), mtx_unlock(&x->mtx));
	CHECK_LOCK(mtx_init(&x->mtx, mtx_timed), mtx_timedlock(&x->mtx, REALTIME),
		   mtx_unlock(&x->mtx));
}

static void spin_locks_and_semaphores(void **state)
{
	(void)state;
	CHECK_LOCK(pthread_spin_init(&x->spin, 0), pthread_spin_lock(&x->spin),
		   pthread_spin_unlock(&x->spin));
	CHECK_LOCK(pthread_spin_init(&x->spin, 0), pthread_spin_trylock(&x->spin),
		   pthread_spin_unlock(&x->spin));
	CHECK_LOCK(sem_init(&x->sem, 0, 1), sem_wait(&x->sem), sem_post(&x->sem));
	CHECK_LOCK(sem_init(&x->sem, 0, 1), sem_trywait(&x->sem), sem_post(&x->sem));
	CHECK_LOCK(sem_init(&x->sem, 0, 1), sem_timedwait(&x->sem, REALTIME),
		   sem_post(&x->sem));
	CHECK_LOCK(sem_init(&x->sem, 0, 1), sem_clockwait(&x->sem, CLOCK_MONOTONIC, MONOTONIC),
		   sem_post(&x->sem));
}

#define UNLOCK pthread_rwlock_unlock(&x->rwlock)

static void writers_of_a_rwlock(void **state)
{
	(void)state;
	CHECK_LOCK(, pthread_rwlock_wrlock(&x->rwlock), UNLOCK);
	CHECK_LOCK(, pthread_rwlock_trywrlock(&x->rwlock), UNLOCK);
	CHECK_LOCK(, pthread_rwlock_timedwrlock(&x->rwlock, REALTIME), UNLOCK);
	CHECK_LOCK(, pthread_rwlock_clockwrlock(&x->rwlock, CLOCK_MONOTONIC, MONOTONIC),
		   UNLOCK);
}

#define READERS(read)                                                                  \
	do {                                                                           \
		uint64_t of_writer, of_reader;                                         \
		struct player next;                                                    \
                                                                                       \
		x = &objects[used++ % 64];                                             \
		memset(x, 0, sizeof(*x));                                              \
		race_sync_forget((uint64_t)x, sizeof(*x));                             \
		play_birth(&next);                                                     \
		PLAYS(&a, pthread_rwlock_wrlock(&x->rwlock));                          \
		of_writer = play_word(&a);                                             \
		PLAYS(&a, UNLOCK);                                                     \
		of_reader = play_word(&b);                                             \
		PLAYS(&b, read);                                                       \
		assert_true(play_knows(&b, of_writer));                                \
		PLAYS(&b, UNLOCK);                                                     \
		PLAYS(&next, read);                                                    \
		assert_true(play_knows(&next, of_writer));                             \
		assert_false(play_knows(&next, of_reader)); /* not each other */       \
		PLAYS(&next, UNLOCK);                                                  \
		PLAYS(&c, pthread_rwlock_wrlock(&x->rwlock));                          \
		assert_true(play_knows(&c, of_reader));                                \
		PLAYS(&c, UNLOCK);                                                     \
		play_join(&next);                                                      \
	} while (0)

static void readers_of_a_rwlock(void **state)
{
	(void)state;
	READERS(pthread_rwlock_rdlock(&x->rwlock));
	READERS(pthread_rwlock_tryrdlock(&x->rwlock));
	READERS(pthread_rwlock_timedrdlock(&x->rwlock, REALTIME));
	READERS(pthread_rwlock_clockrdlock(&x->rwlock, CLOCK_MONOTONIC, MONOTONIC));
}

/* Not taken: nothing is learned. Destroyed, or made anew: nothing is there. */
static void failed_and_forgotten(void **state)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	uint64_t past = play_word(&a);

	(void)state;
	PLAYS(&a, pthread_mutex_lock(&mutex));
	PLAYS(&a, pthread_mutex_unlock(&mutex));
	PLAYS(&c, pthread_mutex_lock(&mutex));
	play_as(&b);
	assert_int_equal(pthread_mutex_trylock(&mutex), EBUSY);
	play_as(&play_main);
	assert_false(play_knows(&b, past));
	PLAYS(&c, pthread_mutex_unlock(&mutex));
	pthread_mutex_destroy(&mutex);
	pthread_mutex_init(&mutex, NULL);
	PLAYS(&b, pthread_mutex_lock(&mutex));
	assert_false(play_knows(&b, past));
	PLAYS(&b, pthread_mutex_unlock(&mutex));
}

static void *unlock_in_vain(void *mutex)
{
	return (void *)(intptr_t)pthread_mutex_unlock(mutex);
}

/* An unlock that fails (not the owner) gave nothing back. */
static void failed_unlock_releases_nothing(void **state)
{
	static pthread_mutex_t mutex;
	pthread_mutexattr_t checks;
	uint64_t past = play_word(&a);
	pthread_t thread;
	void *result;

	(void)state;
	pthread_mutexattr_init(&checks);
	pthread_mutexattr_settype(&checks, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&mutex, &checks);
	PLAYS(&a, pthread_mutex_lock(&mutex));
	PLAYS(&a, pthread_mutex_unlock(&mutex));
	assert_int_equal(pthread_create(&thread, NULL, unlock_in_vain, &mutex), 0);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_int_equal((intptr_t)result, EPERM);
	PLAYS(&b, pthread_mutex_lock(&mutex));
	assert_true(play_knows(&b, past));
	PLAYS(&b, pthread_mutex_unlock(&mutex));
}

/* ---- once ---- */

static uint64_t once_word;

static void routine(void)
{
	once_word = __race_self.word;
	race_thread_tick(race_self());
}

static pthread_once_t inner = PTHREAD_ONCE_INIT;

static void outer_routine(void)
{
	pthread_once(&inner, routine);
}

int __cxa_guard_acquire(uint64_t *guard);
void __cxa_guard_release(uint64_t *guard);
void __cxa_guard_abort(uint64_t *guard);
int __race___cxa_guard_acquire(uint64_t *guard);
void __race___cxa_guard_release(uint64_t *guard);
void __race___cxa_guard_abort(uint64_t *guard);

static void once_orders_its_routine(void **state)
{
	static pthread_once_t control = PTHREAD_ONCE_INIT, outer = PTHREAD_ONCE_INIT;
	static once_flag flag = ONCE_FLAG_INIT;

	(void)state;
	PLAYS(&a, pthread_once(&control, routine));
	assert_false(play_knows(&b, once_word));
	PLAYS(&b, pthread_once(&control, routine));
	assert_true(play_knows(&b, once_word));
	PLAYS(&a, (call_once(&flag, routine), 0));
	assert_false(play_knows(&b, once_word));
	PLAYS(&b, (call_once(&flag, routine), 0));
	assert_true(play_knows(&b, once_word));
	PLAYS(&a, pthread_once(&outer, outer_routine)); /* one inside another */
	assert_false(play_knows(&c, once_word));
	PLAYS(&c, pthread_once(&inner, routine));
	assert_true(play_knows(&c, once_word));
	PLAYS(&d, pthread_once(&outer, outer_routine));
	assert_true(play_knows(&d, once_word));
	assert_null(a.thread->once);
}

/* libstdc++'s, which C programs do not have. */
int __cxa_guard_acquire(uint64_t *guard)
{
	return !*guard;
}

void __cxa_guard_release(uint64_t *guard)
{
	*guard = 1;
}

void __cxa_guard_abort(uint64_t *guard)
{
	*guard = 0;
}

static void static_locals(void **state)
{
	static uint64_t guard, other;
	uint64_t past = play_word(&a);

	(void)state;
	play_as(&a);
	assert_int_equal(__race___cxa_guard_acquire(&guard), 1);
	__race___cxa_guard_release(&guard);
	assert_int_equal(__race___cxa_guard_acquire(&other), 1);
	__race___cxa_guard_abort(&other); /* an exception: the next may try */
	PLAYS(&b, __race___cxa_guard_acquire(&guard));
	assert_true(play_knows(&b, past));
	past = play_word(&a);
	play_as(&c);
	assert_int_equal(__race___cxa_guard_acquire(&other), 1);
	__race___cxa_guard_abort(&other);
	play_as(&play_main);
	assert_false(play_knows(&c, past));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(mutexes),
		PLAY_TEST(spin_locks_and_semaphores),
		PLAY_TEST(writers_of_a_rwlock),
		PLAY_TEST(readers_of_a_rwlock),
		PLAY_TEST(failed_and_forgotten),
		PLAY_TEST(failed_unlock_releases_nothing),
		PLAY_TEST(once_orders_its_routine),
		PLAY_TEST(static_locals),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
