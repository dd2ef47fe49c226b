/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * blocker.h - who keeps a waiting thread from going on: the owner of the mutex, the writer
 * or the readers of a reader-writer lock, the thread to be joined. A circle of threads each
 * of which is kept by the next can only end by a wait that gives up by itself.
 */
#ifndef RACE_BLOCKER_H
#define RACE_BLOCKER_H

#include "held.h"

/* Those that `thread` waits for by `wait`, a copy of its wait; they may have ended. Any of
 * them that stays blocks it for ever. All under the registry's lock. */
#define RACE_BLOCKERS 16
uint32_t race_blockers(const struct race_thread *thread, const struct race_wait *wait,
		       struct race_thread **out, uint32_t most);

/* The entry of thread's list for that lock, newest first; false: there is none. */
bool race_blocker_hold(const struct race_thread *thread, uint64_t lock, struct race_hold *out);

/* Another thread than self whose list has that lock, and its entry; it may have ended. NULL:
 * none. How often it stands in the lists of all others that live. */
struct race_thread *race_blocker_other(const struct race_thread *self, uint64_t lock,
				       struct race_hold *out);
uint32_t race_blocker_count_others(const struct race_thread *self, uint64_t lock);

/* Threads in a circle: each waits for the next, the last one for the first. */
#define RACE_CIRCLE_MOST 64
struct race_circle {
	uint32_t count;
	struct race_thread *thread[RACE_CIRCLE_MOST];
	uint32_t turns[RACE_CIRCLE_MOST]; /* of their waits */
};

/* A circle that `start` is in. When it is found twice with the same turns nobody in it has
 * moved in between. */
bool race_circle_find(struct race_thread *start, struct race_circle *circle);
bool race_circle_same(const struct race_circle *a, const struct race_circle *b);

#endif
