/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * blocker.c - owners of locks (blocker.h). Of mutexes and writers glibc itself keeps the
 * kernel's number, so that locks which were taken unseen are known, too; of readers only
 * our lists know.
 */
#define _GNU_SOURCE
#include "blocker.h"

#include <pthread.h>

#include "slot.h"

#define TID_MASK 0x3fffffff /* what a mutex that the kernel knows adds to it */

/* A living thread of that number, else one that ended and whose place is not taken. */
static struct race_thread *with_number(int32_t number)
{
	struct race_thread *ended = NULL;

	for (uint32_t tid = 0; number && tid < race_runtime.tids; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (!thread || thread->kernel_tid != number)
			continue;
		if (thread->words)
			return thread;
		ended = thread;
	}
	return ended;
}

#define HOLDS_LOOKED_AT 64

bool race_blocker_hold(const struct race_thread *thread, uint64_t lock, struct race_hold *out)
{
	struct race_hold holds[HOLDS_LOOKED_AT];
	uint32_t count = race_held_copy(thread, holds, HOLDS_LOOKED_AT);

	while (count--)
		if (holds[count].addr == lock) {
			*out = holds[count];
			return true;
		}
	return false;
}

struct race_thread *race_blocker_other(const struct race_thread *self, uint64_t lock,
				       struct race_hold *out)
{
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (thread && thread != self && race_load(&thread->holds_count) &&
		    race_blocker_hold(thread, lock, out))
			return thread;
	}
	return NULL;
}

uint32_t race_blocker_count_others(const struct race_thread *self, uint64_t lock)
{
	struct race_hold holds[HOLDS_LOOKED_AT];
	uint32_t found = 0;

	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);
		uint32_t count = 0;

		if (thread && thread != self && thread->words && race_load(&thread->holds_count))
			count = race_held_copy(thread, holds, HOLDS_LOOKED_AT);
		while (count--)
			found += holds[count].addr == lock;
	}
	return found;
}

static uint32_t readers(uint64_t lock, struct race_thread **out, uint32_t most)
{
	uint32_t count = 0;
	struct race_hold hold;

	for (uint32_t tid = 0; tid < race_runtime.tids && count < most; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (thread && thread->words && race_load(&thread->holds_count) &&
		    race_blocker_hold(thread, lock, &hold))
			out[count++] = thread;
	}
	return count;
}

/* Threads that wait to write: new readers wait for them, too, if the lock is of the kind
 * that says so. */
static uint32_t waiting_writers(uint64_t lock, struct race_thread **out, uint32_t most)
{
	uint32_t count = 0;

	for (uint32_t tid = 0; tid < race_runtime.tids && count < most; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (thread && thread->words && race_load(&thread->wait.kind) == RACE_WAIT_WRITE &&
		    thread->wait.object == lock)
			out[count++] = thread;
	}
	return count;
}

static uint32_t rwlock_blockers(const struct race_wait *wait, struct race_thread **out,
				uint32_t most)
{
	const pthread_rwlock_t *lock = (const pthread_rwlock_t *)wait->object;
	int32_t writer = race_load(&lock->__data.__cur_writer);
	struct race_thread *thread = with_number(writer);

	if (writer) {
		*out = thread;
		return thread != NULL;
	}
	if (wait->kind == RACE_WAIT_WRITE)
		return readers(wait->object, out, most);
	if (lock->__data.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP)
		return waiting_writers(wait->object, out, most);
	return 0;
}

uint32_t race_blockers(const struct race_thread *thread, const struct race_wait *wait,
		       struct race_thread **out, uint32_t most)
{
	const pthread_mutex_t *mutex = (const pthread_mutex_t *)wait->object;
	int32_t owner;

	(void)thread;
	switch (wait->kind) {
	case RACE_WAIT_MUTEX:
		owner = race_load(&mutex->__data.__owner);
		if (!owner && mutex->__data.__kind & 0x30) /* robust, priority inheritance */
			owner = race_load(&mutex->__data.__lock) & TID_MASK;
		*out = with_number(owner);
		return *out != NULL;
	case RACE_WAIT_READ:
	case RACE_WAIT_WRITE:
		return rwlock_blockers(wait, out, most);
	case RACE_WAIT_SPIN:
		return readers(wait->object, out, most);
	case RACE_WAIT_JOIN:
		*out = (struct race_thread *)wait->object;
		return (*out)->life->number == wait->detail && (*out)->words;
	default:
		return 0;
	}
}

/* ---- circles: a walk in depth from `start` back to it ---- */

struct search {
	struct race_thread *start;
	struct race_circle *circle;
	uint64_t seen[RACE_TIDS / 64];
};

static bool walk(struct search *search, struct race_thread *thread)
{
	struct race_thread *blocker[RACE_BLOCKERS];
	struct race_circle *circle = search->circle;
	struct race_wait wait = thread->wait;
	uint32_t count;

	if (!thread->words || wait.bounded || !wait.kind || circle->count == RACE_CIRCLE_MOST)
		return false;
	circle->turns[circle->count] = wait.turns;
	circle->thread[circle->count++] = thread;
	count = race_blockers(thread, &wait, blocker, RACE_BLOCKERS);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t tid = blocker[i]->tid;

		if (blocker[i] == search->start)
			return true;
		if (search->seen[tid / 64] & 1ull << tid % 64)
			continue;
		search->seen[tid / 64] |= 1ull << tid % 64;
		if (walk(search, blocker[i]))
			return true;
	}
	circle->count--;
	return false;
}

bool race_circle_find(struct race_thread *start, struct race_circle *circle)
{
	struct search search = { .start = start, .circle = circle };

	circle->count = 0;
	search.seen[start->tid / 64] |= 1ull << start->tid % 64;
	return walk(&search, start);
}

bool race_circle_same(const struct race_circle *a, const struct race_circle *b)
{
	if (a->count != b->count)
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (a->thread[i] != b->thread[i] || a->turns[i] != b->turns[i])
			return false;
	return true;
}
