/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * misuse.h - calls on locks and threads that POSIX leaves undefined, told where they are
 * made, with the other place where there is one. Kinds of mutexes that tell the caller by
 * an error are left to the caller. What cannot be shown is not told: a lock may have been
 * taken, or made, where nobody looks, by another process, or by a static initialiser.
 */
#ifndef RACE_MISUSE_H
#define RACE_MISUSE_H

#include "finding.h"

#define RACE_MISUSE_LOCK "MISUSE OF A LOCK"
#define RACE_MISUSE_THREAD "MISUSE OF A THREAD"

/* ---- locks: misuse.c ---- */

/* self, at pc, unlocks what it does not hold, or holds as another sort of lock. `owner` is
 * the kernel's number of who does, -1: others, 0: nobody. */
void race_misuse_unlock(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
			int32_t owner, uint64_t pc);

/* self gives back a reader-writer lock that `readers` have, and its list has not. Told if all
 * of these are other threads. */
void race_misuse_unlock_read(struct race_thread *self, uint64_t lock, uint32_t readers,
			     uint64_t pc);

/* self gives back a lock of the program's own: told if it took it the other way. */
void race_misuse_unlock_custom(struct race_thread *self, uint64_t lock, bool shared, uint64_t pc);

/* self waits on a condition without its mutex. */
void race_misuse_wait(struct race_thread *self, uint64_t mutex, uint64_t pc);

/* self destroys a lock that is held. */
void race_misuse_destroy(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
			 int32_t owner, uint64_t pc);

/* It was destroyed, at pc; it is made anew by a call. (By an initialiser nobody sees.) */
void race_misuse_destroyed(struct race_thread *self, uint64_t lock, uint64_t pc);
void race_misuse_made(uint64_t lock);
bool race_misuse_is_destroyed(uint64_t lock);

/* self uses it though it was destroyed, or holds what no initialiser writes. */
void race_misuse_use(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
		     bool was_destroyed, uint64_t pc);

/* self ends: locks that it still holds. */
void race_misuse_end(struct race_thread *self);

/* ---- conditions and barriers: misuse_wait.c ---- */

/* self waits on a condition: told if another thread does with another mutex. */
void race_misuse_condition(struct race_thread *self, uint64_t cond, uint64_t mutex, uint64_t pc);

/* self destroys a condition: told if a thread sleeps on it. */
void race_misuse_condition_destroy(struct race_thread *self, uint64_t cond, uint64_t pc);

/* self destroys a barrier, or makes it anew: told if a thread sleeps at it. */
void race_misuse_barrier(struct race_thread *self, uint64_t barrier, bool destroys, uint64_t pc);

/* ---- threads: misuse_thread.c ---- */

enum race_misuse_way { RACE_MISUSE_JOINED, RACE_MISUSE_DETACHED };

/* By self, at pc. */
void race_misuse_gone(struct race_thread *self, uint64_t handle, uint32_t number,
		      enum race_misuse_way way, uint64_t pc);

/* Thread `number` begins under that handle, detached there (NULL or its addr is 0: it can be
 * joined). Its creator may have detached it before it comes to that. */
void race_misuse_begins(uint64_t handle, uint32_t number, const struct race_hold *detached_at);

/* self joins or detaches a handle that no thread has: told if one had it, and where that was
 * joined or detached. */
void race_misuse_join(struct race_thread *self, uint64_t handle, enum race_misuse_way way,
		      uint64_t pc);

/* At exit: threads that have ended and were neither joined nor detached. */
void race_misuse_leaks(void);

/* ---- among the three ---- */

/* What self does now, at pc. */
struct race_section *race_misuse_now(struct race_finding *finding, struct race_thread *self,
				     const char *words, uint64_t lock, uint64_t kind, uint64_t pc);

/* An entry as if a lock had been taken here. */
void race_misuse_note(struct race_hold *place, struct race_thread *self, uint64_t what,
		      uint64_t kind, uint64_t pc);

#endif
