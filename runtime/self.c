/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * self.c - a thread's words as it finds them at birth, and waiting for a spin lock
 * (self.h).
 */
#include "self.h"

#include "platform.h"

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
bool race_alone;

void race_enter_later(void)
{
	do {
		race_store(&__race_self.busy, 0);
		while (race_load(&race_stopping))
			race_sys_sched_yield();
		race_store(&__race_self.busy, 1);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
	} while (race_load(&race_stopping));
}

void race_spin_wait(struct race_spin *lock)
{
	if (race_alone)
		return;
	do {
		for (int i = 0; race_load(&lock->taken) && i < 100; i++)
			__builtin_ia32_pause();
		if (race_load(&lock->taken))
			race_sys_sched_yield();
	} while (__atomic_exchange_n(&lock->taken, 1, __ATOMIC_ACQUIRE));
}
