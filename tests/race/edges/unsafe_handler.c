// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers that call what is not async-signal-safe, or leave another errno behind, where the
// signal has come inside of such a call, or might have as well: another thread or a timer
// sends it, behind nothing that the thread did.
//
// RUN: %race_cc -O0 %s -o %t.0 && %race_cc -O2 %s -o %t.2
// RUN: %expect_race %t.0 malloc | FileCheck --check-prefix=MALLOC %s
// RUN: %expect_race %t.2 malloc | FileCheck --check-prefix=MALLOC %s
// RUN: %expect_race %t.0 errno | FileCheck --check-prefix=ERRNO %s
// RUN: %expect_race %t.2 errno | FileCheck --check-prefix=ERRNO %s
// RUN: %expect_race %t.0 inside | FileCheck --check-prefix=INSIDE %s
// RUN: %expect_race %t.2 inside | FileCheck --check-prefix=INSIDE %s
// RUN: %expect_race %t.0 timer | FileCheck --check-prefix=TIMER %s
// RUN: %expect_race %t.2 timer | FileCheck --check-prefix=TIMER %s
// RUN: %expect 0 env RACE_OPTIONS="report_signal_unsafe=0" %t.2 malloc
// RUN: %expect 0 %t.2 raise
// RUN: %expect_race env RACE_OPTIONS="report_signal_unsafe=2" %t.2 raise | FileCheck --check-prefix=RAISE %s
// RUN: %expect_race env RACE_OPTIONS="format=json log_path=stdout" %t.2 malloc | FileCheck --check-prefix=JSON %s
// RUN: %expect_race env RACE_OPTIONS="format=sarif log_path=stdout" %t.2 malloc | FileCheck --check-prefix=SARIF %s
// RUN: echo "signal:^allocates$" > %t.supp && %expect 0 env RACE_OPTIONS="suppressions=%t.supp" %t.2 malloc

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "asleep.h"
#include "barrier.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct barrier ready;
static _Atomic int came; /* relaxed: it orders nothing */
static void *volatile block;

__attribute__((noinline)) static void allocates(int number)
{
	(void)number;
	block = malloc(10);
	free(block);
	__atomic_store_n((int *)&came, 1, __ATOMIC_RELAXED);
}

__attribute__((noinline)) static void fails(int number)
{
	(void)number;
	close(-1);
	__atomic_store_n((int *)&came, 1, __ATOMIC_RELAXED);
}

__attribute__((noinline)) static void works(void)
{
	errno = 0;
	block = malloc(20);
	free(block);
}

static void *loops(void *unused)
{
	works();
	barrier_wait(&ready);
	while (!__atomic_load_n((int *)&came, __ATOMIC_RELAXED))
		;
	return unused;
}

__attribute__((noinline)) static void *locks(void *unused)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	return unused;
}

static void by_thread(void *(*routine)(void *), void (*handler)(int), int inside)
{
	pthread_t thread;

	signal(SIGUSR1, handler);
	if (inside)
		pthread_mutex_lock(&lock);
	pthread_create(&thread, 0, routine, 0);
	if (inside)
		asleep_wait(1);
	else
		barrier_wait(&ready);
	pthread_kill(thread, SIGUSR1);
	while (!__atomic_load_n((int *)&came, __ATOMIC_RELAXED))
		sched_yield();
	if (inside)
		pthread_mutex_unlock(&lock);
	pthread_join(thread, 0);
}

static void by_timer(void)
{
	struct itimerval time = { { 0, 1000 }, { 0, 1000 } };

	signal(SIGALRM, allocates);
	setitimer(ITIMER_REAL, &time, 0);
	works();
	/* The first signals may have come before that. */
	__atomic_store_n((int *)&came, 0, __ATOMIC_RELAXED);
	do
		works();
	while (!__atomic_load_n((int *)&came, __ATOMIC_RELAXED));
	time = (struct itimerval){ 0 };
	setitimer(ITIMER_REAL, &time, 0);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	barrier_init(&ready, 2);
	if (!strcmp(what, "malloc"))
		by_thread(loops, allocates, 0);
	else if (!strcmp(what, "errno"))
		by_thread(loops, fails, 0);
	else if (!strcmp(what, "inside"))
		by_thread(locks, allocates, 1);
	else if (!strcmp(what, "timer"))
		by_timer();
	else if (signal(SIGUSR1, allocates) != SIG_ERR)
		works(), raise(SIGUSR1);
	return 0;
}

// MALLOC: WARNING: SIGNAL-UNSAFE HANDLER
// MALLOC-NEXT: Thread T1 calls what is not async-signal-safe in a signal's handler at:
// MALLOC-NEXT: malloc()
// MALLOC-NEXT: <libc>
// MALLOC-NEXT: allocates()
// MALLOC-NEXT: {{.*}}unsafe_handler.c:43
// MALLOC-NEXT: The signal came at:
// MALLOC: Nothing keeps it from coming inside of this call, by thread T1 before it, at:
// MALLOC-NEXT: free()
// MALLOC-NEXT: <libc>
// MALLOC-NEXT: works()
// MALLOC: Thread T1 was created at:
// MALLOC-NOT: WARNING
// ERRNO: Thread T1 left another errno behind in a signal's handler:
// ERRNO-NEXT: fails()
// ERRNO: The signal came at:
// ERRNO: Nothing keeps it from coming inside of this call, by thread T1 before it, at:
// INSIDE: Thread T1 calls what is not async-signal-safe in a signal's handler at:
// INSIDE-NEXT: malloc()
// INSIDE-NEXT: <libc>
// INSIDE-NEXT: allocates()
// INSIDE: The signal came inside of this call at:
// INSIDE-NEXT: pthread_mutex_lock()
// INSIDE-NEXT: <libc>
// INSIDE-NEXT: locks()
// TIMER: Main thread calls what is not async-signal-safe in a signal's handler at:
// TIMER-NEXT: malloc()
// TIMER-NEXT: <libc>
// TIMER-NEXT: allocates()
// TIMER: works()
// RAISE: Main thread calls what is not async-signal-safe in a signal's handler at:
// JSON: {"type":"signal-unsafe","title":"SIGNAL-UNSAFE HANDLER"
// SARIF: "ruleId":"signal-unsafe"
