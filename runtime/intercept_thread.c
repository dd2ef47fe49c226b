/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_thread.c - threads are born and end. A new thread is registered by its
 * creator before it exists, starts in our trampoline, and counts as ended in the
 * last round of its key destructors, behind C++ thread_locals and the program's keys.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <threads.h>

#include "alloc.h"
#include "intercept.h"
#include "intercept_lock.h"
#include "platform.h"
#include "rebind.h"
#include "renumber.h"
#include "shadow.h"
#include "unwind.h"
#include "watch.h"

/* ---- birth and end ---- */

struct birth {
	struct race_thread *thread;
	void *(*pthread_routine)(void *);
	int (*thrd_routine)(void *);
	void *arg;
	uint64_t mask; /* of signals, that it begins with when it is known */
	bool masked;
	struct race_hold detached_at; /* it is created so, where */
	uint64_t stack; /* the program's, or 0 */
	size_t stack_bytes;
};

static pthread_key_t end_key;

/* The value counts the rounds of destructors: ours must be the last one. */
static void on_end(void *round)
{
	uint64_t before;

	if ((uintptr_t)round < PTHREAD_DESTRUCTOR_ITERATIONS) {
		race_enter();
		pthread_setspecific(end_key, (char *)round + 1);
		race_leave();
		return;
	}
	if (!race_self()->words)
		return;
	/* What follows stands still for nobody (stop.h): no handler runs in it. */
	before = race_signal_no_more();
	race_misuse_end(race_self());
	race_mutex_release_robust(race_self());
	race_thread_finish(race_self());
	/* The process ends with its last thread, and exit handlers run in it. */
	if (race_thread_alive() == 0) {
		race_thread_learn_ended(race_self());
		race_sys_sigprocmask(SIG_SETMASK, &before, NULL);
	}
}

/* The stack may have been another thread's, which nothing orders before this one. */
static void clear(uint64_t start, uint64_t bytes)
{
	race_sync_forget(start, bytes);
	race_shadow_clear(start, bytes);
}

/* Asking libc would be easier, but that calls malloc, the program's own maybe. Its thread's
 * record, and with it the handle, lies in the last page of the stack that it makes. */
static void clear_stack(const struct birth *birth)
{
	uint64_t end = ((uint64_t)pthread_self() & ~4095ull) + 4096;

	if (birth->stack)
		clear(birth->stack, birth->stack_bytes);
	else
		clear(end - birth->stack_bytes, birth->stack_bytes);
}

static void ask_and_clear_stack(void)
{
	pthread_attr_t attr;
	void *start;
	size_t bytes;

	if (pthread_getattr_np(pthread_self(), &attr))
		return;
	if (!pthread_attr_getstack(&attr, &start, &bytes))
		clear((uint64_t)start, bytes);
	pthread_attr_destroy(&attr);
}

static void settle_in(const void *birth)
{
	race_enter();
	if (birth)
		clear_stack(birth);
	else
		ask_and_clear_stack();
	pthread_setspecific(end_key, (void *)1);
	race_leave();
}

/* A thread that libc made for itself, at its first sight: it may stand in a door. */
static void introduced(void)
{
	race_misuse_begins((uint64_t)pthread_self(), race_self()->life->number, NULL);
	race_call_save_vectors(NULL, settle_in);
}

/* The main thread, too, may leave by pthread_exit and be joined. */
void race_intercept_thread_init(void)
{
	race_enter();
	pthread_key_create(&end_key, on_end);
	pthread_setspecific(end_key, (void *)1);
	race_thread_set_handle(race_self(), 0, (uint64_t)pthread_self());
	race_runtime.introduced = introduced;
	race_leave();
}

static struct birth begin_life(void *arg)
{
	struct birth birth = *(struct birth *)arg;

	race_thread_start(birth.thread);
	race_free(arg, sizeof(birth));
	race_thread_set_handle(birth.thread, birth.thread->life->number, (uint64_t)pthread_self());
	race_misuse_begins((uint64_t)pthread_self(), birth.thread->life->number, &birth.detached_at);
	settle_in(&birth);
	if (birth.masked)
		race_sys_sigprocmask(SIG_SETMASK, &birth.mask, NULL);
	return birth;
}

/* A handler must not run in the new thread before that: it would make it a thread that
 * nobody created. So it inherits a mask without holes, unless the program gives it one.
 * What the creator has instead, meanwhile, is returned. */
static uint64_t mask_signals(struct birth *birth, const pthread_attr_t *attr)
{
	uint64_t all = ~0ull;
	sigset_t own;

	race_sys_sigprocmask(SIG_SETMASK, &all, &birth->mask);
	birth->masked = !attr || pthread_attr_getsigmask_np(attr, &own) != 0;
	return birth->mask;
}

static void *pthread_trampoline(void *arg)
{
	struct birth birth = begin_life(arg);

	return birth.pthread_routine(birth.arg);
}

static int thrd_trampoline(void *arg)
{
	struct birth birth = begin_life(arg);

	return birth.thrd_routine(birth.arg);
}

/* A report is told on the stack of the thread that raced. One that the program made
 * small gets room for it. */
#define SMALL_STACK (256u << 10)
#define REPORT_ROOM (64u << 10)

static const pthread_attr_t *with_room(const pthread_attr_t *attr, uint64_t stack, size_t bytes,
                                       pthread_attr_t *roomy)
{
	if (bytes >= SMALL_STACK || stack)
		return attr;
	*roomy = *attr;
	return pthread_attr_setstacksize(roomy, bytes + REPORT_ROOM) ? attr : roomy;
}

/* The program's own, or how large libc makes it; 0 in an attribute is the usual size. */
static uint64_t stack_of(const pthread_attr_t *attr, size_t *bytes)
{
	pthread_attr_t usual;
	void *own = NULL;

	if (!attr)
		pthread_attr_init(&usual);
	/* Without a stack of the program's own the upper end is 0. */
	pthread_attr_getstack(attr ? attr : &usual, &own, bytes);
	if ((uintptr_t)own + *bytes)
		return (uint64_t)own;
	pthread_attr_getstacksize(attr ? attr : &usual, bytes);
	return 0;
}

static struct birth *prepare(uint64_t pc, void *arg, bool detached, const pthread_attr_t *attr)
{
	struct birth *birth = race_alloc(sizeof(*birth));

	race_enter();
	race_unwind_init();
	race_leave();
	race_rebind_new();
	race_renumber(race_self());
	birth->thread = race_thread_create(race_self(), pc);
	birth->thread->detached = detached;
	if (detached)
		race_misuse_note(&birth->detached_at, race_self(), 1,
		                 (uint64_t)birth->thread->life->number << 1 | RACE_MISUSE_DETACHED, pc);
	birth->arg = arg;
	birth->stack = stack_of(attr, &birth->stack_bytes);
	return birth;
}

/* The new thread notes its handle itself; it may not have come to it when its creator
 * joins it, or may be over and forgotten when its creator comes to this. */
static void settle(struct birth *birth, struct race_thread *thread, uint32_t number, bool born,
                   uint64_t handle)
{
	if (born) {
		if (handle)
			race_thread_set_handle(thread, number, handle);
		return;
	}
	race_thread_abandon(thread);
	race_free(birth, sizeof(*birth));
}

RACE_STAND_IN(int, pthread_create,
              (pthread_t *restrict handle, const pthread_attr_t *restrict attr,
               void *(*routine)(void *), void *restrict arg))
{
	int state = PTHREAD_CREATE_JOINABLE, result;
	struct race_hold detached_at;
	struct race_thread *thread;
	struct birth *birth;
	pthread_attr_t roomy;
	uint32_t number;
	uint64_t mask, stack;
	size_t bytes;

	if (!race_is_watching())
		return RACE_REAL(pthread_create)(handle, attr, routine, arg);
	if (attr) {
		pthread_attr_getdetachstate(attr, &state);
		stack = stack_of(attr, &bytes);
		attr = with_room(attr, stack, bytes, &roomy);
	}
	birth = prepare(RACE_CALLER, arg, state == PTHREAD_CREATE_DETACHED, attr);
	birth->pthread_routine = routine;
	thread = birth->thread;
	number = thread->life->number;
	detached_at = birth->detached_at;
	mask = mask_signals(birth, attr);
	race_watch_start(mask);
	result = RACE_REAL(pthread_create)(handle, attr, pthread_trampoline, birth);
	race_sys_sigprocmask(SIG_SETMASK, &mask, NULL);
	if (result == 0 && detached_at.addr)
		race_misuse_begins((uint64_t)*handle, number, &detached_at);
	settle(birth, thread, number, result == 0,
	       result == 0 && state != PTHREAD_CREATE_DETACHED ? (uint64_t)*handle : 0);
	return result;
}

RACE_STAND_IN(int, thrd_create, (thrd_t *handle, thrd_start_t routine, void *arg))
{
	struct race_thread *thread;
	struct birth *birth;
	uint32_t number;
	uint64_t mask;
	int result;

	if (!race_is_watching())
		return RACE_REAL(thrd_create)(handle, routine, arg);
	birth = prepare(RACE_CALLER, arg, false, NULL);
	birth->thrd_routine = routine;
	thread = birth->thread;
	number = thread->life->number;
	mask = mask_signals(birth, NULL);
	race_watch_start(mask);
	result = RACE_REAL(thrd_create)(handle, thrd_trampoline, birth);
	race_sys_sigprocmask(SIG_SETMASK, &mask, NULL);
	settle(birth, thread, number, result == thrd_success,
	       result == thrd_success ? (uint64_t)*handle : 0);
	return result;
}
