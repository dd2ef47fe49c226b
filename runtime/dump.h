/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dump.h - where every thread is and what it waits for. A dump is asked for when nothing
 * moves any more, by a signal that may have interrupted anything. So the thread that is
 * asked takes no lock: it notes what the kernel says of all threads, and makes a copy of
 * the process, by the fork of the kernel, in which it is alone and can look around for as
 * long as it takes; what it writes comes back in shared memory, and what it has read of
 * debug information stays for the next copy (kept.h). A copy that takes too long is ended,
 * and another one tells the same by addresses alone.
 */
#ifndef RACE_DUMP_H
#define RACE_DUMP_H

#include "blocker.h"
#include "location.h"
#include "print.h"
#include "tasks.h"

/* A lock that a thread waits for or holds. */
struct race_told_lock {
	const char *kind; /* "mutex" */
	uint64_t addr;
	struct race_location location;
	struct race_frames taken; /* by its holder; none: not known */
};

/* Who keeps a thread waiting. */
struct race_told_holder {
	uint32_t number;
	char name[16];
	bool finished;
	struct race_frames taken; /* where it took the lock; none: not known */
};

#define RACE_TOLD_LOCKS 32
#define RACE_TOLD_HOLDERS 8
struct race_told_thread {
	bool known; /* false: only the kernel knows it */
	struct race_thread_facts facts;
	int32_t kernel_tid;
	const char *state;  /* "mutex lock", "running" */
	bool since_known;
	uint64_t ms;        /* for how long */
	const char *call;   /* libc's function that waits, or NULL */
	struct race_frames stack, creation;
	bool waits;         /* for `wanted`; a join wants no lock, but has a holder */
	struct race_told_lock wanted;
	uint32_t holders, locks;
	bool more_locks; /* than fit */
	struct race_told_holder holder[RACE_TOLD_HOLDERS];
	struct race_told_lock lock[RACE_TOLD_LOCKS];
	struct race_names names;
};

/* A circle, each thread by number and name, and the kind of what it waits for. */
struct race_told_circle {
	uint32_t count;
	struct {
		uint32_t number;
		char name[16];
		const char *kind; /* "mutex", "end" of a thread */
		uint64_t addr;
	} at[RACE_CIRCLE_MOST];
};

/* ---- the writers: one for each format ---- */
struct race_dump_head {
	uint32_t threads;
	int pid, signal;
};

struct race_dump_writer {
	void (*begin)(struct race_text *text, const struct race_dump_head *head);
	void (*thread)(struct race_text *text, const struct race_told_thread *told);
	void (*circles)(struct race_text *text); /* behind the threads, before the first */
	void (*circle)(struct race_text *text, const struct race_told_circle *told);
	void (*end)(struct race_text *text);
};
extern const struct race_dump_writer race_dump_text, race_dump_json, race_dump_sarif;

/* Pieces of the text: "Thread T1 'name' [mutex lock, 41 s]", "mutex a, global at f.c:3", "main
 * thread", and who waits for whom. */
void race_dump_text_title(struct race_text *text, const struct race_told_thread *told);
void race_dump_text_lock(struct race_text *text, const struct race_told_lock *lock);
void race_dump_text_holder(struct race_text *text, const struct race_told_holder *holder);
void race_dump_text_circle(struct race_text *text, const struct race_told_circle *told);

/* ---- in the copy ---- */

/* What the thread that was asked has noted for it. */
struct race_dump_asked {
	int pid, signal;
	const struct race_dump_writer *writer;
	bool bare; /* addresses alone */
	const struct race_thread *self; /* whose registers `at` are */
	const struct race_registers *at;
	uint64_t pc; /* where its stack is told from; 0: from the registers' own place */
	uint64_t ticks;         /* of the processor, now */
	uint64_t ticks_per_ms;
	uint32_t tasks;
	const struct race_task *task;
};

/* The whole dump (dump_gather.c). */
void race_dump_tell(struct race_text *text, const struct race_dump_asked *asked);

/* Where the thread is, in out; `inner` is room. */
void race_dump_stack(const struct race_dump_asked *asked, const struct race_thread *thread,
		     const struct race_wait *wait, const struct race_task *task,
		     struct race_stack *out, struct race_stack *inner);

/* The state of a thread in words; what it is for how long is left to the caller. */
const char *race_dump_state(const struct race_wait *wait, const struct race_task *task,
			    uint32_t arrived, struct race_names *names);

/* ---- what the rest of the runtime calls ---- */

/* Once, at start: from here on time is known. */
void race_dump_init(void);

/* The kernel's number of a thread that is none of the program's. */
void race_dump_hide(int32_t kernel_tid);

/* In the child of fork: nobody dumps here. */
void race_dump_forked(void);

/* Dumps to fd, or with -1 to the log. `signal` asked for it, or a call that returns to
 * `pc`; `at` are the calling thread's registers. In any state of that thread; keeps errno. */
void race_dump(int fd, int signal, const struct race_registers *at, uint64_t pc);

/* The process ends behind a dump: what was told is a whole document. */
void race_dump_end(void);

#endif
