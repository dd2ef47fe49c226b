/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * watch.c - the watching thread (watch.h). libc does not know it: the process ends when the
 * program's last thread does. So it has thread-local memory of its own making, where what
 * little of libc it reaches finds what it needs.
 *
 * It takes no signal away from a program that waits for it: it only sees that one is left.
 */
#define _GNU_SOURCE
#include "watch.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "dump.h"
#include "options.h"
#include "platform.h"
#include "slot.h"

#define STACK_BYTES (256u << 10)
#define LOCAL_BYTES (64u << 10) /* below and above the thread pointer */
#define LOOKS_A_SECOND 2

static uint32_t started;

/* ---- what moves ---- */

/* Goes through what each thread changes when it passes a hook: 0 while one of them does
 * not wait. */
static uint64_t fingerprint(void)
{
	uint64_t hash = 1;

	for (uint32_t tid = 0; tid < race_load(&race_runtime.tids); tid++) {
		const struct race_thread *thread = race_load(&race_slots[tid].thread);
		const struct race_words *words = thread ? race_load(&thread->words) : NULL;
		uint32_t kind;

		if (!words || thread->tid != tid)
			continue;
		kind = race_load(&thread->wait.kind);
		if (!kind || kind == RACE_WAIT_CALL)
			return 0;
		hash = (hash ^ race_load(&thread->wait.turns)) * 0x9e3779b97f4a7c15ull;
		hash = (hash ^ (uint64_t)thread) * 0x9e3779b97f4a7c15ull;
	}
	return hash;
}

static void look_for_hang(void)
{
	static uint64_t last, looks, told;
	uint64_t now = fingerprint();

	looks = now && now == last ? looks + 1 : 0;
	last = now;
	if (!race_options.hang_after || looks < race_options.hang_after * LOOKS_A_SECOND || told == now)
		return;
	told = now;
	race_dump(-1, 0, NULL, 0);
}

/* Twice seen, so nobody is about to take it. It stays: that is what the program asked. */
static void look_for_signal(void)
{
	static uint32_t seen;
	uint64_t pending = 0;

	race_syscall(__NR_rt_sigpending, (long)&pending, sizeof(pending), 0, 0, 0, 0);
	if (!race_options.dump_signal || !(pending & 1ull << (race_options.dump_signal - 1)))
		seen = 0;
	else if (++seen == 2)
		race_dump(-1, (int)race_options.dump_signal, NULL, 0);
}

__attribute__((noreturn)) static int watch(void *unused)
{
	const struct timespec pause = { .tv_nsec = 1000000000 / LOOKS_A_SECOND };

	(void)unused;
	/* Stand-ins leave us alone. */
	__race_self.busy = 1;
	race_dump_hide(race_sys_gettid());
	for (;;) {
		race_sys_nanosleep(&pause, NULL);
		look_for_signal();
		look_for_hang();
	}
}

/* ---- its birth ---- */

static char *thread_pointer(void)
{
	char *pointer;

	__asm__("mov %%fs:0, %0" : "=r"(pointer));
	return pointer;
}

/* NULL: what we need of it lies too far out. */
static char *make_local_memory(void)
{
	static char no_modules[2 * LOCAL_BYTES];
	char *block, *pointer, *now = thread_pointer(), *modules = no_modules + 64;

	if (now - (char *)&__race_self > LOCAL_BYTES || now - (char *)&errno > LOCAL_BYTES)
		return NULL;
	block = race_map(2 * LOCAL_BYTES);
	if (!block)
		return NULL;
	pointer = block + LOCAL_BYTES;
	/* Itself, where the ABI and where glibc look for it; between them the vector of modules'
	 * memory, which is empty. */
	memcpy(pointer, &pointer, sizeof(pointer));
	memcpy(pointer + 8, &modules, sizeof(modules));
	memcpy(pointer + 16, &pointer, sizeof(pointer));
	return pointer;
}

void race_watch_start(uint64_t blocked)
{
	uint32_t number = race_options.dump_signal;
	char *local, *stack;

	if (!race_options.hang_after && !(number && blocked & 1ull << (number - 1)))
		return;
	if (__atomic_exchange_n(&started, 1, __ATOMIC_RELAXED))
		return;
	local = make_local_memory();
	stack = local ? race_map(STACK_BYTES) : NULL;
	if (stack)
		clone(watch, stack + STACK_BYTES,
		      CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			      CLONE_SYSVSEM | CLONE_SETTLS,
		      NULL, NULL, local, NULL);
}

void race_watch_forked(void)
{
	race_store(&started, 0);
	race_dump_hide(0);
}
