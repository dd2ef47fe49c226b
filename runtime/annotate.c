/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * annotate.c - what the program tells by itself: include/race.h, and the same under the
 * names that code annotated for ThreadSanitizer uses (sanitizer/tsan_interface.h and the
 * Annotate... functions). Those are weak: a program that defines them keeps its own.
 */
#include "benign.h"
#include "dump.h"
#include "held.h"
#include "ignored.h"
#include "intercept.h"
#include "inversion.h"
#include "misuse.h"
#include "shadow.h"
#include "sync.h"

/* Beside a lock's clock of writers stands the one of its readers, at an address that no
 * other lock has: a lock may be a single byte. */
#define READERS (1ull << 62)

#define RACE_ANNOTATION(type, name, params)                                            \
	RACE_EXPORT __attribute__((weak)) type name params;                            \
	type name params

#define HOOK(type, name, params)                                                       \
	RACE_EXPORT type __race_##name params;                                         \
	type __race_##name params

HOOK(void, acquire, (const volatile void *addr))
{
	if (race_is_threaded() && !race_self()->ignore_sync)
		race_sync_acquire_at(race_self(), (uint64_t)addr);
}

HOOK(void, release, (const volatile void *addr))
{
	if (race_is_threaded() && !race_self()->ignore_sync)
		race_sync_release_at(race_self(), (uint64_t)addr);
}

static void forget(const volatile void *mutex)
{
	if (!race_is_watching())
		return;
	race_held_pop(race_self(), (uint64_t)mutex);
	race_sync_forget((uint64_t)mutex, 1);
	race_sync_forget((uint64_t)mutex + READERS, 1);
}

HOOK(void, dump_threads, (int fd))
{
	struct race_registers at;

	race_registers_take(&at);
	race_dump(fd, 0, &at, RACE_CALLER);
}

HOOK(void, mutex_created, (const volatile void *mutex))
{
	forget(mutex);
}

HOOK(void, mutex_destroyed, (const volatile void *mutex))
{
	forget(mutex);
}

/* `waits`: it would have waited as long as it takes. race.h does not tell. */
static void locked(const volatile void *mutex, bool shared, bool waits, uint64_t pc)
{
	if (!race_is_watching())
		return;
	race_held_push(race_self(), (uint64_t)mutex,
	               shared ? RACE_HOLD_CUSTOM_READ : RACE_HOLD_CUSTOM, pc);
	if (!race_is_threaded())
		return;
	race_sync_acquire_at(race_self(), (uint64_t)mutex);
	if (!shared)
		race_sync_acquire_at(race_self(), (uint64_t)mutex + READERS);
	if (waits && race_self()->holds_count > 1)
		race_inversion_look(race_self());
}

HOOK(void, mutex_locked, (const volatile void *mutex, int shared))
{
	locked(mutex, shared, false, RACE_CALLER);
}

HOOK(void, mutex_unlocking, (const volatile void *mutex, int shared))
{
	if (!race_is_watching())
		return;
	race_misuse_unlock_custom(race_self(), (uint64_t)mutex, shared, RACE_CALLER);
	race_held_pop_kind(race_self(), (uint64_t)mutex,
	                   shared ? RACE_HOLD_CUSTOM_READ : RACE_HOLD_CUSTOM);
	if (race_is_threaded())
		race_sync_release_at(race_self(), (uint64_t)mutex + (shared ? READERS : 0));
}

HOOK(void, benign, (const volatile void *addr, size_t bytes))
{
	if (race_is_watching())
		race_benign_add((uint64_t)addr, bytes);
}

HOOK(void, new_memory, (const volatile void *addr, size_t bytes))
{
	uint64_t first = ((uint64_t)addr + 7) & ~7ull, end = ((uint64_t)addr + bytes) & ~7ull;

	/* What shares a granule with a neighbour keeps its past: it is the neighbour's. */
	if (race_is_threaded() && first < end)
		race_shadow_clear(first, end - first);
}

HOOK(void, thread_name, (const char *name))
{
	if (race_is_watching())
		race_thread_set_name(race_self(), name);
}

/* Its own depth is what the section found of the locks' way, in sections that nest. */
static void ignore_sync(struct race_thread *self, bool begins)
{
	if (begins ? self->ignore_sync++ == 0 : self->ignore_sync && --self->ignore_sync == 0)
		self->library_locks = begins ? RACE_LOCKS_UNSEEN : RACE_LOCKS_SEEN;
}

#define IGNORE_SYNC 4u /* include/race.h */

HOOK(void, ignore_begin, (unsigned what))
{
	if (!race_is_watching())
		return;
	if (what & IGNORE_SYNC)
		ignore_sync(race_self(), true);
	race_ignored_begin(race_self(), what);
}

HOOK(void, ignore_end, (unsigned what))
{
	if (!race_is_watching())
		return;
	if (what & IGNORE_SYNC)
		ignore_sync(race_self(), false);
	race_ignored_end(race_self(), what);
}

/* ---- sanitizer/tsan_interface.h ---- */

#define TSAN_READ_LOCK (1u << 3)
#define TSAN_TRY_LOCK (1u << 4)
#define TSAN_TRY_LOCK_FAILED (1u << 5)

RACE_ANNOTATION(void, __tsan_acquire, (void *addr))
{
	__race_acquire(addr);
}

RACE_ANNOTATION(void, __tsan_release, (void *addr))
{
	__race_release(addr);
}

RACE_ANNOTATION(void, __tsan_mutex_create, (void *mutex, unsigned flags))
{
	(void)flags;
	__race_mutex_created(mutex);
}

RACE_ANNOTATION(void, __tsan_mutex_destroy, (void *mutex, unsigned flags))
{
	(void)flags;
	__race_mutex_destroyed(mutex);
}

RACE_ANNOTATION(void, __tsan_mutex_pre_lock, (void *mutex, unsigned flags))
{
	(void)mutex;
	(void)flags;
}

RACE_ANNOTATION(void, __tsan_mutex_post_lock, (void *mutex, unsigned flags, int recursion))
{
	(void)recursion;
	if (!(flags & TSAN_TRY_LOCK_FAILED))
		locked(mutex, flags & TSAN_READ_LOCK, !(flags & TSAN_TRY_LOCK), RACE_CALLER);
}

RACE_ANNOTATION(int, __tsan_mutex_pre_unlock, (void *mutex, unsigned flags))
{
	__race_mutex_unlocking(mutex, flags & TSAN_READ_LOCK);
	return 0;
}

RACE_ANNOTATION(void, __tsan_mutex_post_unlock, (void *mutex, unsigned flags))
{
	(void)mutex;
	(void)flags;
}

/* Around code that runs with a lock's rules suspended: nothing to do here. */
#define IDLE_MUTEX(name)                                                               \
	RACE_ANNOTATION(void, name, (void *mutex, unsigned flags))                     \
	{                                                                              \
		(void)mutex;                                                           \
		(void)flags;                                                           \
	}
IDLE_MUTEX(__tsan_mutex_pre_signal)
IDLE_MUTEX(__tsan_mutex_post_signal)
IDLE_MUTEX(__tsan_mutex_pre_divert)
IDLE_MUTEX(__tsan_mutex_post_divert)

/* ---- Annotate...(file, line, ...) ---- */

typedef const volatile void *address;

RACE_ANNOTATION(void, AnnotateHappensBefore, (const char *file, int line, address addr))
{
	(void)file;
	(void)line;
	__race_release(addr);
}

RACE_ANNOTATION(void, AnnotateHappensAfter, (const char *file, int line, address addr))
{
	(void)file;
	(void)line;
	__race_acquire(addr);
}

RACE_ANNOTATION(void, AnnotateRWLockCreate, (const char *file, int line, address lock))
{
	(void)file;
	(void)line;
	__race_mutex_created(lock);
}

RACE_ANNOTATION(void, AnnotateRWLockCreateStatic, (const char *file, int line, address lock))
{
	(void)file;
	(void)line;
	(void)lock;
}

RACE_ANNOTATION(void, AnnotateRWLockDestroy, (const char *file, int line, address lock))
{
	(void)file;
	(void)line;
	__race_mutex_destroyed(lock);
}

RACE_ANNOTATION(void, AnnotateRWLockAcquired,
                (const char *file, int line, address lock, long writes))
{
	(void)file;
	(void)line;
	locked(lock, !writes, false, RACE_CALLER);
}

RACE_ANNOTATION(void, AnnotateRWLockReleased,
                (const char *file, int line, address lock, long writes))
{
	(void)file;
	(void)line;
	__race_mutex_unlocking(lock, !writes);
}

RACE_ANNOTATION(void, AnnotateBenignRace,
                (const char *file, int line, address addr, const char *why))
{
	(void)file;
	(void)line;
	(void)why;
	__race_benign(addr, 1);
}

RACE_ANNOTATION(void, AnnotateBenignRaceSized,
                (const char *file, int line, address addr, size_t bytes, const char *why))
{
	(void)file;
	(void)line;
	(void)why;
	__race_benign(addr, bytes);
}

RACE_ANNOTATION(void, AnnotateNewMemory,
                (const char *file, int line, address addr, size_t bytes))
{
	(void)file;
	(void)line;
	__race_new_memory(addr, bytes);
}

RACE_ANNOTATION(void, AnnotateThreadName, (const char *file, int line, const char *name))
{
	(void)file;
	(void)line;
	__race_thread_name(name);
}

#define IGNORE(name, hook, what)                                                       \
	RACE_ANNOTATION(void, name, (const char *file, int line))                      \
	{                                                                              \
		(void)file;                                                            \
		(void)line;                                                            \
		hook(what);                                                            \
	}
IGNORE(AnnotateIgnoreReadsBegin, __race_ignore_begin, RACE_IGNORE_READS)
IGNORE(AnnotateIgnoreReadsEnd, __race_ignore_end, RACE_IGNORE_READS)
IGNORE(AnnotateIgnoreWritesBegin, __race_ignore_begin, RACE_IGNORE_WRITES)
IGNORE(AnnotateIgnoreWritesEnd, __race_ignore_end, RACE_IGNORE_WRITES)
IGNORE(AnnotateIgnoreSyncBegin, __race_ignore_begin, IGNORE_SYNC)
IGNORE(AnnotateIgnoreSyncEnd, __race_ignore_end, IGNORE_SYNC)

/* Read, and idle: what librace knows by itself, or does not do. */
#define IDLE_LINE(name)                                                                \
	RACE_ANNOTATION(void, name, (const char *file, int line))                      \
	{                                                                              \
		(void)file;                                                            \
		(void)line;                                                            \
	}
#define IDLE_ADDRESS(name)                                                             \
	RACE_ANNOTATION(void, name, (const char *file, int line, address addr))        \
	{                                                                              \
		(void)file;                                                            \
		(void)line;                                                            \
		(void)addr;                                                            \
	}
IDLE_LINE(AnnotateFlushState)
IDLE_LINE(AnnotateFlushExpectedRaces)
IDLE_ADDRESS(AnnotateCondVarSignal)
IDLE_ADDRESS(AnnotateCondVarSignalAll)
IDLE_ADDRESS(AnnotateMutexIsNotPHB)
IDLE_ADDRESS(AnnotateMutexIsUsedAsCondVar)
IDLE_ADDRESS(AnnotateTraceMemory)
