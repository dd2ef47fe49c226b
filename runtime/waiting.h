/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * waiting.h - what a thread waits for, as long as it waits: the lock, the thread, the call,
 * since when, and the registers at the call, from which its stack is told later, by whoever
 * asks. Noted only around calls that are about to block, so that a lock that is free costs
 * nothing.
 *
 *     race_wait_begin(&self->wait, &outer, RACE_WAIT_MUTEX, ...);
 *     result = the call;
 *     race_wait_end(&self->wait, &outer);
 *
 * A signal's handler may wait inside of a wait: `outer` keeps what it interrupted. A wait
 * that was left by longjmp or by an unwinding stays noted until the thread waits again.
 */
#ifndef RACE_WAITING_H
#define RACE_WAITING_H

#include "base.h"

enum race_wait_kind {
	RACE_WAIT_NONE,
	RACE_WAIT_MUTEX,     /* object: its address */
	RACE_WAIT_SPIN,      /* likewise */
	RACE_WAIT_READ,      /* a reader-writer lock, likewise */
	RACE_WAIT_WRITE,
	RACE_WAIT_COND,      /* likewise; detail: the mutex */
	RACE_WAIT_JOIN,      /* object: the struct race_thread; detail: its number */
	RACE_WAIT_BARRIER,   /* detail: how many it takes */
	RACE_WAIT_SEMAPHORE,
	RACE_WAIT_CALL,      /* of libc; object: its descriptor, -1: none */
};

/* What survives a call, and where it returns to. */
struct race_registers {
	uint64_t rbx, rbp, r12, r13, r14, r15, rsp, rip;
};

struct race_wait {
	uint32_t kind;
	uint32_t turns;   /* goes up with each begin and each end */
	uint64_t bounded; /* it may give up by itself */
	uint64_t object, detail;
	uint64_t since;   /* ticks of the processor */
	uint64_t pc;      /* where the call returns to in the program */
	const char *call; /* libc's function */
	struct race_registers at;
};

/* A wait as the stand-in says it. */
struct race_waits {
	enum race_wait_kind kind;
	bool bounded;
	uint64_t object, detail, pc;
	const char *call;
};

RACE_INLINE void race_registers_take(struct race_registers *out)
{
	__asm__ volatile("movq %%rbx, 0(%0)\n\t"
			 "movq %%rbp, 8(%0)\n\t"
			 "movq %%r12, 16(%0)\n\t"
			 "movq %%r13, 24(%0)\n\t"
			 "movq %%r14, 32(%0)\n\t"
			 "movq %%r15, 40(%0)\n\t"
			 "movq %%rsp, 48(%0)\n\t"
			 "leaq 1f(%%rip), %%rcx\n\t"
			 "movq %%rcx, 56(%0)\n"
			 "1:"
			 : : "a"(out) : "rcx", "memory");
}

RACE_INLINE void race_wait_begin(struct race_wait *wait, struct race_wait *outer,
				 struct race_waits what)
{
	outer->kind = RACE_WAIT_NONE;
	/* One that lies deeper than we do was left. */
	if (race_unlikely(wait->kind) && wait->at.rsp > (uint64_t)__builtin_frame_address(0))
		*outer = *wait;
	race_store(&wait->kind, RACE_WAIT_NONE);
	wait->bounded = what.bounded;
	wait->object = what.object;
	wait->detail = what.detail;
	wait->since = __builtin_ia32_rdtsc();
	wait->pc = what.pc;
	wait->call = what.call;
	race_registers_take(&wait->at);
	race_store(&wait->turns, wait->turns + 1);
	race_store_release(&wait->kind, what.kind);
}

RACE_INLINE void race_wait_end(struct race_wait *wait, const struct race_wait *outer)
{
	uint32_t turns = wait->turns + 1;

	race_store(&wait->kind, RACE_WAIT_NONE);
	if (race_unlikely(outer->kind)) {
		*wait = *outer;
		race_store_release(&wait->kind, outer->kind);
	}
	race_store(&wait->turns, turns);
}

#endif
