/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * misuse.h - calls on locks and threads that POSIX leaves undefined, told where they are
 * made, with the other place where there is one. Kinds of mutexes that tell the caller by
 * an error are left to the caller.
 */
#ifndef RACE_MISUSE_H
#define RACE_MISUSE_H

#include "held.h"

/* self, at pc, unlocks what it does not hold. `owner` is the kernel's number of who does,
 * 0: nobody. */
void race_misuse_unlock(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
			int32_t owner, uint64_t pc);

/* self waits on a condition without its mutex. */
void race_misuse_wait(struct race_thread *self, uint64_t mutex, uint64_t pc);

/* self waits on a condition: told if another thread does with another mutex. */
void race_misuse_condition(struct race_thread *self, uint64_t cond, uint64_t mutex, uint64_t pc);

/* self destroys a lock that is held. */
void race_misuse_destroy(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
			 int32_t owner, uint64_t pc);

/* It was destroyed, at pc; and self uses it all the same. */
void race_misuse_destroyed(struct race_thread *self, uint64_t lock, uint64_t pc);
void race_misuse_after_destroy(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
			       uint64_t pc);

/* self ends: mutexes and write locks that it still holds. */
void race_misuse_end(struct race_thread *self);

/* At exit: threads that have ended and were neither joined nor detached. */
void race_misuse_leaks(void);

#endif
