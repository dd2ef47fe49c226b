/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * self.c - a thread's words as it finds them at birth, and waiting for a spin lock
 * (self.h).
 */
#include "self.h"

#include "platform.h"
#include "tasks.h"

/* A thread that runs instrumented code before it is known pushes its calls here: room
 * for a million frames, backed by memory only when used. */
static uint64_t nursery_stack[1 << 20];
static uint64_t nursery_ring[4] __attribute__((aligned(32)));

__thread struct race_words __race_self = {
	.word = RACE_WORD_NOBODY,
	.stack = nursery_stack,
	.history = nursery_ring,
	.wrap = ~16ull,
	.as_owner = RACE_OWNER_NONE,
};

uint32_t race_stopping;
int32_t race_forker;
uint32_t race_process = 1;
bool race_alone;

/* libc's fork takes libc's own locks when all are kept out, malloc's and that of the list of
 * streams. One that waits here may hold one of them: in a handler that interrupted malloc, or
 * called from there. So who has waited for long, while the forking thread sleeps, is let in,
 * for this one section, and who comes behind it sooner. (A thread whose child's memory is
 * being made does not sleep, however long that takes.) Should the section last until then,
 * the child inherits a lock, which is free there (race_process), and what was under it. */
#define PATIENCE_MS 100
#define PATIENCE_LATE_MS 5

static bool is_let_in(uint32_t stopping, uint32_t waited)
{
	uint32_t forking = RACE_FORKING;

	if (stopping < RACE_FORKING ||
	    waited <= (stopping == RACE_FORKING ? PATIENCE_MS : PATIENCE_LATE_MS) ||
	    !race_task_may_sleep(race_load(&race_forker)))
		return false;
	__atomic_compare_exchange_n(&race_stopping, &forking, RACE_FORKING_LATE, false,
	                            __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	return true;
}

void race_enter_later(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	uint32_t stopping, waited = 0;

	do {
		race_store(&__race_self.busy, 0);
		while ((stopping = race_load(&race_stopping)) && !is_let_in(stopping, waited)) {
			if (stopping < RACE_FORKING)
				race_sys_sched_yield();
			else
				race_sys_nanosleep(&moment, NULL);
			waited += stopping >= RACE_FORKING;
		}
		race_store(&__race_self.busy, 1);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		stopping = race_load(&race_stopping);
	} while (stopping && !is_let_in(stopping, waited));
}

void race_spin_wait(struct race_spin *lock)
{
	if (race_alone)
		return;
	do {
		for (int i = 0; race_load(&lock->taken) == race_process && i < 100; i++)
			__builtin_ia32_pause();
		if (race_load(&lock->taken) == race_process)
			race_sys_sched_yield();
	} while (!race_spin_try(lock));
}
