/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * thread.h - threads and their tids.
 *
 * A tid is a slot of the vector clocks (slot.h); a thread is a life in such a slot. When
 * a thread has ended, its slot goes to a later thread, which continues the slot's epochs:
 * an epoch of the slot still names one thread only, and whoever orders the new life
 * orders the old one, because the new thread's creator knew the old one's end.
 */
#ifndef RACE_THREAD_H
#define RACE_THREAD_H

#include "clock.h"
#include "self.h"
#include "waiting.h"

/* A thread as a report tells it. */
struct race_thread_facts {
	uint32_t number;         /* T3 is 3; 0 is the main thread */
	bool finished;
	bool created_by_us;      /* false: main thread, or a thread not seen created */
	char name[16];           /* empty when it has none */
	uint32_t creator_number; /* thread that created it */
	struct race_stack creation;
};

/* The same as it is kept, after the end of the thread, too. */
struct race_life {
	uint32_t number;
	uint32_t creator_number;
	bool created_by_us;
	bool finished;
	char name[16];
	uint32_t creation_count;
	bool creation_cut;
	uint64_t *creation;
};

/* The last call of a function that handlers must not call (unsafe.h). */
struct race_called {
	const char *name; /* NULL: none that counts */
	uint64_t epoch;   /* of the thread then, as a clock has it */
	uint32_t tid, handlers; /* how often one had been set */
	uint64_t pc[6];
};

/* A handler that runs (unsafe.c). */
struct race_handling {
	uint64_t frame, low; /* where it is, and how far down its stack goes */
	int number, code, kept; /* signal, si_code, errno */
	bool told, may; /* it might have interrupted `called` */
	struct race_registers at;
	struct race_called called;
};
#define RACE_HANDLINGS 4

/* Which of its own epochs a thread can be told apart by (apart.h). */
#define RACE_APART_CLASSES 64
struct race_apart {
	uint32_t asked;    /* how often since it last looked, */
	uint32_t merged;   /* and how many cells were merged; */
	uint32_t patience; /* how often until it looks again */
	bool wanted;       /* it looks when it leaves race_enter */
	uint32_t count;
	uint64_t from, until; /* epochs that were looked at: (from, until] */
	uint64_t last[RACE_APART_CLASSES]; /* of each class but the newest, ascending */
};

struct race_thread {
	uint64_t clock[RACE_TIDS]; /* first: the doors index it from the thread */
	struct race_read *reads;   /* reads.h; NULL until there is one. For the doors, too, */
	uint32_t reads_last;       /* and its last entry's number; */
	uint32_t reads_lost;       /* entries of one epoch that gave way to others of it, */
	uint32_t reads_epoch;      /* of this one */
	uint32_t rereads_last;     /* as its slot has them (slot.h); for the doors, too. */
	struct race_reread *rereads;
	uint32_t rereads_lost;     /* how often a place was another's, since it grew */
	struct race_words *words;  /* NULL once the thread has ended */
	uint32_t tid;
	uint64_t first_epoch; /* its first one under that tid */
	uint32_t news; /* goes up when the clock learns of another thread */
	struct race_thread *joining; /* blocked until this one ends */
	uint64_t awaits; /* blocked until it has this lock again (floor.h): its name, or 0 */
	uint64_t blocks; /* signals that cannot come while it is blocked so */
	uint32_t floor_asked;    /* how often since it last computed the floor, */
	uint32_t floor_patience; /* and how often until it does so again */
	struct race_apart apart;
	bool detached;
	bool wants_renumbering; /* when it leaves race_enter (renumber.h) */
	uint64_t handle; /* pthread_t */
	int32_t kernel_tid, kernel_tid_before_fork;
	struct race_life *life;
	struct race_wait wait;
	bool being_joined; /* somebody waits for its end, or has */
	bool dumped; /* the signal held back has dumped already (intercept_signal.c) */
	/* While an atomic's lock is held, races wait here for their report (found.c). */
	struct race_found *held_races;
	uint32_t held_count;
	struct race_sync *held_sync; /* whose lock that is */
	/* The innermost pthread_once it has called, and the one whose routine it is in
	 * (intercept_wait.c). */
	struct once *once, *once_running;
	uint32_t library_locks; /* what mutexes do that are locked now (below) */
	uint32_t ignore_reads, ignore_writes; /* depth of sections (ignored.h); */
	uint32_t ignore_sync;                 /* of another (annotate.c) */
	/* The locks it holds (held.h). */
	struct race_hold *holds;
	uint32_t holds_count, holds_room, holds_changes;
	bool holds_lost; /* another thread gave one of them back */
	uint32_t holds_counted; /* the oldest ones, whose marks the sum has (inversion.c) */
	uint64_t holds_sum;
	struct race_keys *orders_known;
	struct race_lineage *lineage; /* lineage.h; NULL: nobody asks for orders of locks */
	struct race_awake *awake; /* after its last sleep (sleep.h) */
	struct race_called called;
	struct race_handling handling[RACE_HANDLINGS]; /* the innermost last */
	uint32_t handlings;
	/* Clocks that fences deal with (atomic.c). */
	struct race_clock *read_relaxed, *released_by_fence;
	uint64_t *stack, *stack_end;     /* shadow call stack */
	uint64_t *history, *history_end; /* ring */
	uint64_t *last_stack, *last_history; /* words' at the thread's end */
};

/* A C++ library's inner mutexes order nothing of the program's (intercept_cxx.c). */
#define RACE_LOCKS_SEEN 0    /* as everywhere */
#define RACE_LOCKS_UNSEEN 1  /* neither acquire nor release */
#define RACE_LOCKS_RELEASE 2 /* release, beside what was released there */

_Static_assert(offsetof(struct race_thread, clock) == 0, "door_x86_64.h");
_Static_assert(offsetof(struct race_thread, reads) == 8192, "door_x86_64.h");
_Static_assert(offsetof(struct race_thread, reads_last) == 8200, "door_x86_64.h");
_Static_assert(offsetof(struct race_thread, rereads_last) == 8212, "door_x86_64.h");
_Static_assert(offsetof(struct race_thread, rereads) == 8216, "door_x86_64.h");

/* The whole process, as far as more than one file asks. */
struct race_runtime {
	/* What every live thread is ordered after: entry t for slot t (floor.c).
	 * First: the doors index it. */
	uint64_t floor[RACE_TIDS];
	uint32_t floor_rises; /* how often the floor has risen, and one (floor.h) */
	bool ready;    /* race_thread_init has run */
	bool threaded; /* a second thread has existed */
	uint64_t handlers; /* signals whose handler has been set (floor.h) */
	uint32_t tids; /* slots in use: no clock has entries from here on */
	void (*introduced)(void); /* what else a thread needs that was not seen created */
};
extern RACE_HIDDEN struct race_runtime race_runtime;
_Static_assert(offsetof(struct race_runtime, floor) == 0, "door_x86_64.h");

/* Makes the calling thread the main thread. */
void race_thread_init(void);

/* A thread is about to be created by self, from `pc`. Its life is ordered after all
 * that self has done. The result goes to race_thread_start in the new thread, or to
 * race_thread_abandon when there will be none. */
struct race_thread *race_thread_create(struct race_thread *self, uint64_t pc);
void race_thread_abandon(struct race_thread *thread);

/* libc is about to create one for itself, unseen, which will call the program. */
void race_thread_expect(struct race_thread *self);

/* In the new thread, before any of its own code. */
void race_thread_start(struct race_thread *thread);

/* In the ending thread, as late as we can. Code of it may still run behind. */
void race_thread_finish(struct race_thread *thread);

/* self has seen the end of thread: all of it happens before self's present. */
void race_thread_join(struct race_thread *self, struct race_thread *thread);

/* The thread with that number (if it is still the one) is called `handle`. */
void race_thread_set_handle(struct race_thread *thread, uint32_t number, uint64_t handle);

/* self knows that no other thread lives. */
void race_thread_learn_ended(struct race_thread *self);

/* The living or ended, not yet joined thread with this handle, or NULL. */
struct race_thread *race_thread_find(uint64_t handle);

void race_thread_detach(struct race_thread *thread);

/* Release: what self does from here on is in a new epoch. */
void race_thread_tick(struct race_thread *self);

/* self learns what `entry` orders. */
RACE_INLINE void race_thread_learn(struct race_thread *self, const uint64_t *entry,
                                   uint32_t size)
{
	if (race_clock_join(self->clock, entry, size))
		self->news++;
}

RACE_INLINE bool race_thread_knows(const struct race_thread *self, race_cell c)
{
	return c <= self->clock[race_cell_tid(c)];
}

/* self is at pc: that, and the calls around it from the innermost, as far as `count` goes,
 * for a report to come. Others may read them meanwhile. */
RACE_INLINE void race_thread_frames(const struct race_thread *self, uint64_t pc, uint64_t *out,
                                    uint32_t count)
{
	const uint64_t *top = __race_self.stack;

	race_store(&out[0], pc);
	for (uint32_t i = 1; i < count; i++)
		race_store(&out[i], top > self->stack ? *--top : 0);
}

/* May a handler run in the middle of its join, or wait? Once a thread was cancelled, the
 * clean-up of others, too: the signal for that cannot be blocked. */
#define RACE_SIGNAL_CANCEL (1ull << 31)
RACE_INLINE bool race_thread_may_wake(const struct race_thread *thread, uint64_t signals)
{
	return race_load(&race_runtime.handlers) & signals & ~race_load(&thread->blocks);
}

/* The thread that a cell's tid and epoch belong to, for a report. */
void race_thread_facts(race_cell c, struct race_thread_facts *facts);
void race_thread_set_name(struct race_thread *thread, const char *name);

/* Threads that have not ended. */
uint32_t race_thread_alive(void);

/* The registry's lock: while it is held no thread is created, introduced or ended. */
void race_thread_lock(void);
void race_thread_unlock(void);

/* Under that lock: the thread that left cell c, as long as no later life has its slot
 * (and its history), else NULL. */
struct race_thread *race_thread_holding(race_cell c);

/* Under that lock: the thread that has slot tid (it may have ended), or NULL. */
struct race_thread *race_thread_in_slot(uint32_t tid);

/* The word of the thread's present epoch, as its words have it. */
RACE_INLINE uint64_t race_thread_word(const struct race_thread *thread)
{
	return (thread->clock[thread->tid] & ~RACE_BELOW_EPOCH) |
	       (uint64_t)thread->tid << RACE_CELL_TID_SHIFT;
}

/* In the child of fork, others stopped: self is the only thread left. */
void race_thread_forked(struct race_thread *self);

#endif
