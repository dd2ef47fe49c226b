// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers that call what is not async-signal-safe, and change errno, where POSIX allows it:
// the signal cannot come inside of such a call. The thread sends it to itself, unblocks it,
// waits for it with a mask; the sender comes after all that the thread called; no such call
// was made while a handler was set. And handlers that are safe, and one that is left.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "barrier.h"
#include "case.h"

static struct barrier ready;
static sem_t worked;
static _Atomic int came;
static void *volatile block;
static sigjmp_buf out;

static void unsafe(int number)
{
	(void)number;
	block = malloc(10);
	free(block);
	close(-1);
	came++;
}

static void safe(int number)
{
	int kept = errno;

	(void)number;
	WANT(-1, write(-1, "x", 1));
	errno = kept;
	came++;
}

static void leaves(int number)
{
	(void)number;
	close(-1);
	came++;
	siglongjmp(out, 1);
}

static void works(void)
{
	block = malloc(20);
	free(block);
}

static void mask(int how, int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	pthread_sigmask(how, &set, 0);
}

static void by_itself(void)
{
	signal(SIGUSR1, unsafe);
	works();
	raise(SIGUSR1);
	works();
	kill(getpid(), SIGUSR1);
	works();
	pthread_kill(pthread_self(), SIGUSR1);
	mask(SIG_BLOCK, SIGUSR1);
	works();
	kill(getpid(), SIGUSR1);
	works();
	mask(SIG_UNBLOCK, SIGUSR1);
	sighold(SIGUSR1);
	works();
	raise(SIGUSR1);
	works();
	sigrelse(SIGUSR1);
	sigprocmask(SIG_BLOCK, 0, 0);
	WANT(5, came);
}

static void by_timer(void)
{
	struct itimerval time = { { 0, 1000 }, { 0, 1000 } }, none = { { 0, 0 }, { 0, 0 } };
	int before = came;

	signal(SIGALRM, unsafe);
	works();
	setitimer(ITIMER_REAL, &time, 0);
	while (came == before)
		pause();
	setitimer(ITIMER_REAL, &none, 0);
}

/* It waits until BSD's calls let it come: behind one that no other call stands before. */
static void by_timer_let_in(void)
{
	struct itimerval soon = { { 0, 0 }, { 0, 1000 } };
	int before = came;
	sigset_t pending;

	signal(SIGALRM, unsafe);
	sigblock(sigmask(SIGALRM));
	works();
	setitimer(ITIMER_REAL, &soon, 0);
	do
		sigpending(&pending);
	while (!sigismember(&pending, SIGALRM));
	works();
	sigsetmask(0);
	WANT(before + 1, came);
}

static void *suspends(void *unused)
{
	int before = came;
	sigset_t set;

	works();
	barrier_wait(&ready);
	pthread_sigmask(SIG_BLOCK, 0, &set);
	sigdelset(&set, SIGUSR1);
	while (came == before) /* another signal's handler may have ended it */
		sigsuspend(&set);
	works();
	return unused;
}

static void *works_first(void *unused)
{
	int before = came;

	works();
	sem_post(&worked);
	while (came == before)
		;
	return unused;
}

static void *works_later(void *unused)
{
	int before = came;

	barrier_wait(&ready);
	while (came == before)
		;
	works();
	return unused;
}

static void by_thread(void *(*routine)(void *), void (*handler)(int), int blocked)
{
	int before = came;
	pthread_t thread;

	signal(SIGUSR1, handler);
	if (blocked)
		mask(SIG_BLOCK, SIGUSR1);
	pthread_create(&thread, 0, routine, 0);
	if (routine == works_first)
		while (sem_wait(&worked))
			;
	else
		barrier_wait(&ready);
	pthread_kill(thread, SIGUSR1);
	while (came == before)
		sched_yield();
	pthread_join(thread, 0);
	if (blocked)
		mask(SIG_UNBLOCK, SIGUSR1);
}

static void *safely(void *unused)
{
	int before = came;

	works();
	barrier_wait(&ready);
	while (came == before)
		works();
	return unused;
}

static void left(void)
{
	signal(SIGUSR2, leaves);
	works();
	if (!sigsetjmp(out, 1))
		raise(SIGUSR2);
	works();
}

int main(void)
{
	barrier_init(&ready, 2);
	sem_init(&worked, 0, 0);
	works();
	by_itself();
	by_timer();
	by_timer_let_in();
	left();
	by_thread(suspends, unsafe, 1);
	by_thread(works_first, unsafe, 0);
	by_thread(works_later, unsafe, 0);
	by_thread(safely, safe, 0);
	return 0;
}
