// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stack that overflows ends the program by SIGSEGV, or reaches its handler on a stack of
// its own, which may jump out: in the main thread and in another one.
//
// RUN: %race_cc -O0 %s -o %t && %expect 139 %t main && %expect 139 %t thread
// RUN: %expect_clean %t main handled | FileCheck %s && %expect_clean %t thread handled | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect 139 %t main && %expect 139 %t thread
// RUN: %expect_clean %t main handled | FileCheck %s && %expect_clean %t thread handled | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static sigjmp_buf out;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile long deepest, handled, after;
static char handlers_stack[1 << 16];

__attribute__((noinline)) static long down(volatile long *above)
{
	volatile long here = *above + 1;

	deepest = here;
	return down(&here) + here;
}

static void handler(int number)
{
	handled = number == SIGSEGV;
	siglongjmp(out, 1);
}

static void *overflows(void *unused)
{
	volatile long none = 0;
	stack_t own = { .ss_sp = handlers_stack, .ss_size = sizeof(handlers_stack) };

	sigaltstack(&own, 0);
	if (!sigsetjmp(out, 1))
		down(&none);
	pthread_mutex_lock(&lock);
	after++;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(int count, char **words)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_ONSTACK };
	struct rlimit none = { 0, 0 };
	pthread_t thread;

	setrlimit(RLIMIT_CORE, &none);
	if (count > 2)
		sigaction(SIGSEGV, &action, 0);
	for (int i = 0; i < 3; i++) {
		if (!strcmp(words[1], "main")) {
			overflows(0);
			continue;
		}
		pthread_create(&thread, 0, overflows, 0);
		pthread_join(thread, 0);
	}
	printf("handled %ld, after it %ld\n", handled, after);
	return deepest < 1000;
}

// CHECK: handled 1, after it 3
