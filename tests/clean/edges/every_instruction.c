// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A signal at every instruction of a function, of what the detector put into it and of
// the detector itself. The handler does what the function does: accesses, calls,
// atomics, locks. Nothing is lost, nothing hangs, no epoch goes back, the call stack
// comes out even.
//
// RUN: %race_cc -O0 %s %support/step.c -o %t && %expect_clean env RACE_OPTIONS=report_signal_unsafe=0 %t | FileCheck %s
// RUN: %race_cc -O2 %s %support/step.c -o %t && %expect_clean env RACE_OPTIONS=report_signal_unsafe=0 %t | FileCheck %s

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "barrier.h"
#include "step.h"

// The thread's own words (race_hooks.def).
extern __thread struct {
	unsigned long word, stack, history, wrap;
} __race_self;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t handlers_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_long count;
static volatile long handled;
static long plain[64], beside[64];
static char small[64], moved[4096], bytes[4096];
static volatile unsigned long last_word;
static volatile int went_back;

static void look(void)
{
	unsigned long word = __race_self.word;

	if (word < last_word)
		went_back++;
	last_word = word;
}

__attribute__((noinline)) static void step(long *table, int i)
{
	table[i]++;
}

static void handler(int number)
{
	(void)number;
	look();
	handled++;
	step(beside, 1);
	step(plain, 60);
	small[17]++;
	atomic_fetch_add(&count, 1);
	pthread_mutex_lock(&handlers_lock);
	beside[3]++;
	pthread_mutex_unlock(&handlers_lock);
	atomic_fetch_add(&count, 1);
	look();
}

__attribute__((noinline)) static void accesses(int turn)
{
	for (int i = 0; i < 3; i++)
		step(plain, i + turn * 8);
	small[turn] = small[turn + 32];
	small[16]++;
	memmove(moved + turn, bytes + turn, 100);
	plain[60]++;
}

__attribute__((noinline)) static void jump(jmp_buf place)
{
	step(plain, 50);
	longjmp(place, 1);
}

static int region(void)
{
	unsigned long stack = __race_self.stack;
	jmp_buf place;

	STEP_MARK();
	for (int turn = 0; turn < 2; turn++) {
		accesses(turn);
		pthread_mutex_lock(&lock);
		accesses(turn);
		pthread_mutex_unlock(&lock);
		atomic_fetch_add(&count, 1);
		accesses(turn);
		atomic_thread_fence(memory_order_seq_cst);
		if (!setjmp(place))
			jump(place);
		step(plain, 51);
	}
	STEP_MARK();
	if (__race_self.stack != stack)
		printf("stack %+ld\n", (long)(__race_self.stack - stack) / 8);
	if (went_back)
		printf("%d times back\n", went_back);
	if (plain[0] != 3 || plain[10] != 3 || plain[50] != 2 || plain[51] != 2)
		printf("lost: %ld %ld %ld %ld\n", plain[0], plain[10], plain[50], plain[51]);
	if (atomic_load(&count) != 2 * handled + 2)
		printf("atomics: %ld, %ld handled\n", atomic_load(&count), handled);
	if (beside[1] != handled)
		printf("handlers: %ld of %ld\n", beside[1], handled);
	fprintf(stdout, "%s\n", handled > 2000 ? "handled" : "few handled");
	fflush(stdout);
	return 0;
}

static struct barrier turn;

static void *other(void *unused)
{
	barrier_wait(&turn);
	return unused;
}

int main(void)
{
	pthread_t thread;
	long instructions = 0;
	int status;

	signal(SIGUSR1, handler);
	barrier_init(&turn, 2);
	pthread_create(&thread, 0, other, 0);
	status = step_through(region, SIGUSR1, &instructions);
	barrier_wait(&turn);
	pthread_join(thread, 0);
	printf("%d %s\n", status, instructions > 3000 ? "stepped" : "not stepped");
	return 0;
}

// CHECK-NOT: {{stack|back|lost|atomics|handlers}}
// CHECK: {{^}}handled
// CHECK: 0 stepped
