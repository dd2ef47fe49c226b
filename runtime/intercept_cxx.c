/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_cxx.c - what orders threads by functions of the C++ libraries: local statics,
 * and libc++'s call_once, barrier and shared_mutex, which it makes in its compiled part.
 * The locks that the libraries take on the way order nothing of the program's: one of
 * libc++'s serves all calls of call_once, the one in a shared_mutex would order readers.
 *
 * libstdc++ has all of these in its headers, from futexes and libc's primitives. Here, too, is
 * who calls a lock in a library's compiled part, for stacks.
 */
#define _GNU_SOURCE
#include "intercept_lock.h"
#include "sync.h"

static uint32_t set_locks(uint32_t how)
{
	struct race_thread *self = race_self();
	uint32_t before = self->library_locks;

	self->library_locks = how;
	return before;
}

static void reset_locks(const uint32_t *before)
{
	race_self()->library_locks = *before;
}

/* To the end of the block. */
#define LIBRARY_LOCKS(how)                                                             \
	uint32_t locks_before __attribute__((cleanup(reset_locks), unused)) = set_locks(how)

/* ---- local statics: the compiler's own once. libc++abi guards them all by one lock ---- */

/* Only instrumented code comes here: an alias of ours would keep the real ones from being
 * linked from a static library. */
#define GUARD(type, name)                                                              \
	extern type name(uint64_t *guard) __attribute__((weak));                       \
	RACE_EXPORT type __race_##name(uint64_t *guard);                               \
	type __race_##name(uint64_t *guard)
#define REAL_GUARD(name)                                                               \
	(name ? name : (__typeof__(&name))race_real_find(#name))

/* The initialiser, too, comes after one that threw. */
GUARD(int, __cxa_guard_acquire)
{
	LIBRARY_LOCKS(RACE_LOCKS_UNSEEN);
	int ours_to_initialise = REAL_GUARD(__cxa_guard_acquire)(guard);

	if (race_is_threaded())
		race_sync_acquire_at(race_self(), (uint64_t)guard);
	return ours_to_initialise;
}

GUARD(void, __cxa_guard_release)
{
	LIBRARY_LOCKS(RACE_LOCKS_UNSEEN);

	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)guard);
	REAL_GUARD(__cxa_guard_release)(guard);
}

GUARD(void, __cxa_guard_abort)
{
	LIBRARY_LOCKS(RACE_LOCKS_UNSEEN);

	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)guard);
	REAL_GUARD(__cxa_guard_abort)(guard);
}

/* ---- libc++'s call_once ---- */

struct call {
	void (*routine)(void *);
	void *arg;
	struct once once;
};

RACE_NOINLINE static void call_run(void *arg)
{
	struct race_thread *self = race_self();
	struct call *call = arg;

	__asm__ volatile(".cfi_personality 0x1b, race_once_unwound");
	race_once_starts(&call->once);
	self->library_locks = RACE_LOCKS_SEEN; /* an exception leaves it so */
	call->routine(call->arg);
	self->library_locks = RACE_LOCKS_UNSEEN;
	race_once_over();
}

RACE_STAND_IN(void, _ZNSt3__111__call_onceERVmPvPFvS2_E,
                  (volatile uint64_t *flag, void *arg, void (*routine)(void *)))
{
	struct call call = { routine, arg, { .control = (const void *)flag } };

	if (race_is_watching()) {
		LIBRARY_LOCKS(RACE_LOCKS_UNSEEN);
		RACE_REAL(_ZNSt3__111__call_onceERVmPvPFvS2_E)(flag, &call, call_run);
		if (race_is_threaded())
			race_sync_acquire_at(race_self(), (uint64_t)flag);
	} else {
		RACE_REAL(_ZNSt3__111__call_onceERVmPvPFvS2_E)(flag, arg, routine);
	}
}

/* ---- libc++'s barrier: the last to arrive comes after all, and completes the phase ---- */

RACE_STAND_IN(bool, _ZNSt3__131__arrive_barrier_algorithm_baseEPNS_24__barrier_algorithm_baseEh,
                  (void *barrier, unsigned char phase))
{
	bool last;

	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)barrier);
	last = RACE_REAL(_ZNSt3__131__arrive_barrier_algorithm_baseEPNS_24__barrier_algorithm_baseEh)(
	        barrier, phase);
	if (last && race_is_threaded())
		race_sync_acquire_at(race_self(), (uint64_t)barrier);
	return last;
}

/* ---- libc++'s shared_mutex and shared_timed_mutex ----
 * Beside the clock of the inner mutex, at the same address, stand the writers' and the
 * readers'. What waits with a time limit is a template, in the user's code, which calls it
 * through us (pass/Library.h). One that was compiled without the plugin takes the inner
 * mutex under our eyes: therefore the others release there, too. */

#define WRITERS 1
#define READERS 2

static void shared_acquire(const void *mutex, bool exclusive, bool waits, uint64_t pc)
{
	if (!race_is_watching())
		return;
	race_held_push(race_self(), (uint64_t)mutex, exclusive ? RACE_HOLD_WRITE : RACE_HOLD_READ, pc);
	if (!race_is_threaded())
		return;
	race_sync_acquire_at(race_self(), (uint64_t)mutex + WRITERS);
	if (exclusive)
		race_sync_acquire_at(race_self(), (uint64_t)mutex + READERS);
	if (waits && race_self()->holds_count > 1)
		race_inversion_look(race_self());
}

static void shared_release(const void *mutex, uint32_t clock)
{
	if (race_is_watching())
		race_held_pop(race_self(), (uint64_t)mutex);
	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)mutex + clock);
}

#define RACE_STAND_IN_TAKE(exclusive, name)                                            \
	RACE_STAND_IN(void, name, (void *mutex))                                       \
	{                                                                              \
		LIBRARY_LOCKS(RACE_LOCKS_UNSEEN);                                      \
		RACE_REAL(name)(mutex);                                                \
		shared_acquire(mutex, exclusive, true, RACE_CALLER);                   \
	}

#define RACE_STAND_IN_TRY(exclusive, name)                                             \
	RACE_STAND_IN(bool, name, (void *mutex))                                       \
	{                                                                              \
		LIBRARY_LOCKS(RACE_LOCKS_UNSEEN);                                      \
		bool taken = RACE_REAL(name)(mutex);                                   \
                                                                                       \
		if (taken)                                                             \
			shared_acquire(mutex, exclusive, false, RACE_CALLER);          \
		return taken;                                                          \
	}

#define RACE_STAND_IN_GIVE(clock, name, inner)                                         \
	RACE_STAND_IN(void, name, (void *mutex))                                       \
	{                                                                              \
		LIBRARY_LOCKS(inner);                                                  \
		shared_release(mutex, clock);                                          \
		RACE_REAL(name)(mutex);                                                \
	}

#define STAND_IN_TIMED(exclusive, name)                                                \
	RACE_EXPORT bool name(void *mutex, const void *time,                           \
	                      bool (*real)(void *mutex, const void *time));            \
	bool name(void *mutex, const void *time, bool (*real)(void *, const void *))   \
	{                                                                              \
		LIBRARY_LOCKS(RACE_LOCKS_UNSEEN);                                      \
		bool taken = real(mutex, time);                                        \
                                                                                       \
		if (taken)                                                             \
			shared_acquire(mutex, exclusive, false, RACE_CALLER);          \
		return taken;                                                          \
	}

STAND_IN_TIMED(true, __race_try_lock_until)
STAND_IN_TIMED(false, __race_try_lock_shared_until)

RACE_STAND_IN_TAKE(true, _ZNSt3__119__shared_mutex_base4lockEv)
RACE_STAND_IN_TAKE(false, _ZNSt3__119__shared_mutex_base11lock_sharedEv)
RACE_STAND_IN_TRY(true, _ZNSt3__119__shared_mutex_base8try_lockEv)
RACE_STAND_IN_TRY(false, _ZNSt3__119__shared_mutex_base15try_lock_sharedEv)
RACE_STAND_IN_GIVE(WRITERS, _ZNSt3__119__shared_mutex_base6unlockEv, RACE_LOCKS_UNSEEN)
RACE_STAND_IN_GIVE(READERS, _ZNSt3__119__shared_mutex_base13unlock_sharedEv, RACE_LOCKS_UNSEEN)
RACE_STAND_IN_TAKE(true, _ZNSt3__118shared_timed_mutex4lockEv)
RACE_STAND_IN_TAKE(false, _ZNSt3__118shared_timed_mutex11lock_sharedEv)
RACE_STAND_IN_TRY(true, _ZNSt3__118shared_timed_mutex8try_lockEv)
RACE_STAND_IN_TRY(false, _ZNSt3__118shared_timed_mutex15try_lock_sharedEv)
RACE_STAND_IN_GIVE(WRITERS, _ZNSt3__118shared_timed_mutex6unlockEv, RACE_LOCKS_RELEASE)
RACE_STAND_IN_GIVE(READERS, _ZNSt3__118shared_timed_mutex13unlock_sharedEv, RACE_LOCKS_RELEASE)

/* ---- calls that reach libc's locks in the library's compiled part ----
 * That is not instrumented, so its caller's place would be missing from stacks: it is put on
 * the call stack as instrumented code would. */

static uint64_t *called_from(uint64_t pc)
{
	const struct race_thread *self = __race_self.thread;
	uint64_t *top = __race_self.stack;

	if (!self || !race_is_watching() || top >= self->stack_end)
		return NULL;
	race_store(top, pc);
	__atomic_signal_fence(__ATOMIC_RELEASE);
	race_store(&__race_self.stack, top + 1);
	return top;
}

static void returned(uint64_t *const *top)
{
	if (*top)
		race_store(&__race_self.stack, *top);
}

/* An exception finds the stack as its catcher had it. */
#define RACE_STAND_IN_CALLER(type, name, params, args)                                 \
	RACE_STAND_IN(type, name, params)                                              \
	{                                                                              \
		uint64_t *top __attribute__((cleanup(returned), unused)) =             \
			called_from(RACE_CALLER);                                      \
                                                                                       \
		return RACE_REAL(name) args;                                           \
	}

RACE_STAND_IN_CALLER(void, _ZNSt3__15mutex4lockEv, (void *mutex), (mutex))
RACE_STAND_IN_CALLER(bool, _ZNSt3__15mutex8try_lockEv, (void *mutex), (mutex))
RACE_STAND_IN_CALLER(void, _ZNSt3__15mutex6unlockEv, (void *mutex), (mutex))
RACE_STAND_IN_CALLER(void, _ZNSt3__115recursive_mutex4lockEv, (void *mutex), (mutex))
RACE_STAND_IN_CALLER(bool, _ZNSt3__115recursive_mutex8try_lockEv, (void *mutex), (mutex))
RACE_STAND_IN_CALLER(void, _ZNSt3__115recursive_mutex6unlockEv, (void *mutex), (mutex))
RACE_STAND_IN_CALLER(void, _ZNSt3__118condition_variable4waitERNS_11unique_lockINS_5mutexEEE,
                     (void *condition, void *lock), (condition, lock))
RACE_STAND_IN_CALLER(void, _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE,
                     (void *condition, void *lock), (condition, lock))
