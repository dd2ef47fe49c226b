// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contexts with stacks of their own: they take turns, allocate, throw themselves back by
// longjmp, end into another, and go on in another thread than they stopped in, where a
// semaphore orders that. Handlers run on stacks of their own, and leave them by longjmp.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { CONTEXTS = 3, TURNS = 300, STACK = 64 << 10 };
static __thread ucontext_t home; // of the thread that runs it
static ucontext_t contexts[CONTEXTS], *back[CONTEXTS];
static long turns[CONTEXTS];
static sem_t there, here;

__attribute__((noinline)) static void deep(int i, int depth)
{
	char *block = malloc(100 + depth);

	if (depth) {
		deep(i, depth - 1);
	} else {
		turns[i]++;
		if (turns[i] % 2)
			swapcontext(&contexts[i], back[i]);
	}
	free(block);
}

static void jump(int i)
{
	jmp_buf out;

	if (!setjmp(out)) {
		deep(i, 3);
		longjmp(out, 1);
	}
}

static void body(int i)
{
	while (turns[i] < TURNS) {
		deep(i, turns[i] % 20);
		jump(i);
	}
	if (i == 2)
		setcontext(back[i]);
}

static void run(int i)
{
	back[i] = &home;
	swapcontext(&home, &contexts[i]);
}

static void *other(void *unused)
{
	for (int turn = 0; turn < 20; turn++) {
		sem_wait(&there);
		for (int i = 0; i < CONTEXTS; i++)
			run(i);
		sem_post(&here);
	}
	return unused;
}

static sigjmp_buf out;
static volatile int handled;

static void handler(int number)
{
	char local[256];

	memset(local, number, sizeof(local));
	handled += local[9] == number;
	if (handled % 2)
		siglongjmp(out, 1);
}

static void *signals(void *unused)
{
	stack_t stack = { .ss_sp = malloc(STACK), .ss_size = STACK }, none = { .ss_flags = SS_DISABLE };

	sigaltstack(&stack, 0);
	for (int i = 0; i < 100; i++)
		if (!sigsetjmp(out, 1))
			raise(SIGUSR1);
	sigaltstack(&none, 0);
	free(stack.ss_sp);
	return unused;
}

int main(void)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_ONSTACK };
	pthread_t thread;

	sem_init(&there, 0, 0);
	sem_init(&here, 0, 0);
	for (int i = 0; i < CONTEXTS; i++) {
		getcontext(&contexts[i]);
		contexts[i].uc_stack.ss_sp = malloc(STACK);
		contexts[i].uc_stack.ss_size = STACK;
		contexts[i].uc_link = &home; // of main, where they end
		makecontext(&contexts[i], (void (*)(void))body, 1, i);
	}
	pthread_create(&thread, 0, other, 0);
	for (int turn = 0; turn < 20; turn++) {
		for (int i = 0; i < CONTEXTS; i++)
			run(i);
		sem_post(&there);
		sem_wait(&here);
	}
	pthread_join(thread, 0);
	for (int i = 0; i < CONTEXTS; i++)
		while (turns[i] < TURNS)
			run(i);
	sigaction(SIGUSR1, &action, 0);
	pthread_create(&thread, 0, signals, 0);
	pthread_join(thread, 0);
	printf("%ld %ld %ld turns, %d signals\n", turns[0], turns[1], turns[2], handled);
	return 0;
}

// CHECK: {{^}}30{{[0-9]}} 30{{[0-9]}} 30{{[0-9]}} turns, 100 signals
