/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * self.h - the running thread's own words, and how the runtime guards itself.
 *
 * `__race_self` is read inline by instrumented code and by the doors; its first four
 * words stand at the RACE_SELF_* offsets. A thread that nobody introduced yet has the
 * impossible word ~0, so that its first check fails and leads to race_self().
 *
 * race_enter/race_leave bracket the runtime's own work, which is short and bounded.
 * Inside, our stand-ins for libc calls do nothing but the call, malloc is served from
 * our own memory, a signal that arrives waits until race_leave (intercept_signal.c),
 * and a fork waits for it (fork.c): so none of our locks is ever met taken
 * by the thread itself, or by a thread that does not exist in the child.
 */
#ifndef RACE_SELF_H
#define RACE_SELF_H

#include "base.h"

struct race_thread;

struct race_words {
	uint64_t word;     /* [epoch | tid | 0], see shadow.h; also clock[tid]'s top */
	uint64_t *stack;   /* next free slot of the shadow call stack */
	uint64_t *history; /* next slot of the history ring */
	uint64_t wrap;     /* keeps it inside the ring */
	struct race_thread *thread;
	uint32_t busy;    /* depth of race_enter; RACE_WINDOW for each door and window */
	uint32_t pending; /* something waits for race_leave: signals, a renumbering */
	uint32_t as_owner; /* what it is called as a page's owner (owner.h) */
	uint32_t held;    /* signals are held back, */
	uint64_t held_mask; /* and this is the program's mask of them */
};

_Static_assert(offsetof(struct race_words, thread) == 32, "door_x86_64.h");
_Static_assert(offsetof(struct race_words, busy) == 40, "door_x86_64.h");
_Static_assert(offsetof(struct race_words, pending) == 44, "door_x86_64.h");
_Static_assert(offsetof(struct race_words, as_owner) == 48, "door_x86_64.h");

#define RACE_WORD_NOBODY (~0ull)

/* A window, in which cells change, counts so much in `busy` (owner.h). */
#define RACE_WINDOW (1u << 16)

#define RACE_OWNER_NONE 0xfffffffd /* what a thread is called that can own no page */

extern __thread struct race_words __race_self
	__attribute__((visibility("default"), tls_model("initial-exec")));

/* The thread's descriptor; makes the calling thread known when it is not. */
struct race_thread *race_self_introduce(void);

RACE_INLINE struct race_thread *race_self(void)
{
	struct race_thread *self = __race_self.thread;

	return race_likely(self != NULL) ? self : race_self_introduce();
}

RACE_INLINE bool race_is_busy(void)
{
	return __race_self.busy != 0;
}

/* A thread wants all others outside of race_enter. Set and unset by that one alone.
 * RACE_FORKING: all are out, and libc forks; or some had to be let in meanwhile. */
#define RACE_FORKING 2
#define RACE_FORKING_LATE 3
extern RACE_HIDDEN uint32_t race_stopping;
extern int32_t race_forker; /* then: the kernel's number of the thread that forks */
void race_enter_later(void);
void race_deliver_pending(void);

RACE_INLINE void race_enter(void)
{
	race_store(&__race_self.busy, __race_self.busy + 1);
	/* The store is visible before this load: fork.c sees to it. */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (race_unlikely(race_load(&race_stopping)) && __race_self.busy == 1)
		race_enter_later();
}

RACE_INLINE void race_leave(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	race_store(&__race_self.busy, __race_self.busy - 1);
	if (race_unlikely(race_load(&__race_self.pending)) && __race_self.busy == 0)
		race_deliver_pending();
}

/* The same in code that calls nothing. False: it is outside; the calling thread must enter and
 * leave once, or what waits for it waits on. */
RACE_INLINE bool race_enter_try(void)
{
	race_store(&__race_self.busy, __race_self.busy + 1);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (race_likely(!race_load(&race_stopping)))
		return true;
	race_store(&__race_self.busy, __race_self.busy - 1);
	return false;
}

RACE_INLINE bool race_leave_try(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	race_store(&__race_self.busy, __race_self.busy - 1);
	return race_likely(!race_load(&__race_self.pending));
}

/* This process is a copy in which one thread is left, to look around (dump.c): whoever
 * held a lock at the time will not give it back, nor be disturbed. */
extern RACE_HIDDEN bool race_alone;

/* How many forks there are between the first process and this one, and one more. */
extern RACE_HIDDEN uint32_t race_process;

/* A lock for short, bounded sections. Take it inside race_enter. */
struct race_spin {
	uint32_t taken; /* the process that has it: who had it in a parent is not in here */
};

void race_spin_wait(struct race_spin *lock);

RACE_INLINE void race_spin_take(struct race_spin *lock)
{
	uint32_t before = __atomic_exchange_n(&lock->taken, race_process, __ATOMIC_ACQUIRE);

	if (race_unlikely(before == race_process))
		race_spin_wait(lock);
}

/* Returns whether it could be taken at once. */
RACE_INLINE bool race_spin_try(struct race_spin *lock)
{
	return __atomic_exchange_n(&lock->taken, race_process, __ATOMIC_ACQUIRE) != race_process;
}

RACE_INLINE void race_spin_give(struct race_spin *lock)
{
	__atomic_store_n(&lock->taken, 0, __ATOMIC_RELEASE);
}

#endif
