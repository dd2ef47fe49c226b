// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All threads block the signal that asks for a dump, and all wait: it is seen pending, and
// stays so. With hang_after nobody has to ask.
//
// RUN: %race_cc -O0 %s -o %t && %expect 4 %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect 4 %t | FileCheck %s
// RUN: %expect 4 env RACE_OPTIONS=hang_after=1 %t unasked | FileCheck %s
// RUN: %expect 4 env RACE_OPTIONS="dump_signal=0 hang_after=1" %t unasked | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static sem_t never;
static int asked;

static void *waits(void *unused)
{
	sem_wait(&never);
	return unused;
}

/* When the dump must have come: then the signal is still there. */
static void end(int number)
{
	sigset_t pending;

	sigpending(&pending);
	_exit(sigismember(&pending, SIGQUIT) == asked ? 4 : number);
}

int main(int count, char **unasked)
{
	pthread_t thread;
	sigset_t quit;

	(void)unasked;
	sem_init(&never, 0, 0);
	signal(SIGALRM, end);
	sigemptyset(&quit);
	sigaddset(&quit, SIGQUIT);
	pthread_sigmask(SIG_BLOCK, &quit, 0);
	pthread_create(&thread, 0, waits, 0);
	asked = count == 1;
	if (asked)
		kill(getpid(), SIGQUIT);
	alarm(3);
	waits(0);
	return 0;
}

// CHECK: THREAD DUMP: 2 thread(s)
// CHECK: Main thread [semaphore, {{[0-9]+ m?s}}]:
// CHECK: main()
// CHECK: Waits for semaphore never
// CHECK: Thread T1 [semaphore, {{[0-9]+ m?s}}]:
// CHECK: waits()
// CHECK-NOT: THREAD DUMP
