// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who sends a signal, or sets the timer that does, comes before its handler and before
// who waits for it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "edge.h"

static volatile sig_atomic_t got;
static sigset_t usr1;
static union sigval value;
static int reader;

static void handler(int number)
{
	(void)number;
	edge_look();
	got = 1;
}

// Other signals may come, too.
static void until_handled(void)
{
	sigset_t none;

	sigemptyset(&none);
	while (!got)
		sigsuspend(&none);
	got = 0;
}

static void until_timed(void)
{
	const struct timespec second = { 1, 0 };

	while (sigtimedwait(&usr1, 0, &second) < 0)
		;
}

static void until_info(void)
{
	siginfo_t info;

	while (sigwaitinfo(&usr1, &info) < 0)
		;
}

static void until_waited(void)
{
	int number;

	sigwait(&usr1, &number);
}

static void until_read(void)
{
	struct signalfd_siginfo info;

	while (read(reader, &info, sizeof(info)) < 0)
		;
}

static void set_itimer(void)
{
	struct itimerval soon = { .it_value = { 0, 1000 } };

	setitimer(ITIMER_REAL, &soon, 0);
}

static void set_timer(struct sigevent *event)
{
	struct itimerspec soon = { .it_value = { 0, 1000000 } };
	timer_t timer;

	timer_create(CLOCK_MONOTONIC, event, &timer);
	timer_settime(timer, 0, &soon, 0);
}

static void set_signal_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };

	set_timer(&event);
}

static struct barrier called;

static void call(union sigval unused)
{
	(void)unused;
	EDGE_AFTER(barrier_wait(&edge_done);)
	edge_looks();
	barrier_wait(&called);
}

static void set_thread_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = call };

	set_timer(&event);
}

EDGE_IN_HANDLER(kill, kill(getpid(), SIGUSR1), until_handled())
EDGE_IN_HANDLER(tgkill, tgkill(getpid(), edge_receiver_tid, SIGUSR1), until_handled())
EDGE_IN_HANDLER(sigqueue, sigqueue(getpid(), SIGUSR1, value), until_handled())
EDGE_IN_HANDLER(pthread_kill, pthread_kill(edge_receiver, SIGUSR1), until_handled())
EDGE_IN_HANDLER(pthread_sigqueue, pthread_sigqueue(edge_receiver, SIGUSR1, value), until_handled())
EDGE_IN_HANDLER(ualarm, ualarm(1000, 0), until_handled())
EDGE_IN_HANDLER(alarm, alarm(1), until_handled())
EDGE_IN_HANDLER(setitimer, set_itimer(), until_handled())
EDGE_IN_HANDLER(timer, set_signal_timer(), until_handled())
EDGE(sigwait, kill(getpid(), SIGUSR1), until_waited())
EDGE(sigwait_thread, pthread_kill(edge_receiver, SIGUSR1), until_waited())
EDGE(sigwaitinfo, pthread_kill(edge_receiver, SIGUSR1), until_info())
EDGE(sigtimedwait, sigqueue(getpid(), SIGUSR1, value), until_timed())
EDGE(signalfd, kill(getpid(), SIGUSR1), until_read())
EDGE_ELSEWHERE(thread_timer, set_thread_timer(), barrier_wait(&called))

int main(void)
{
	sigset_t both;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	both = usr1;
	sigaddset(&both, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &both, 0);
	signal(SIGUSR1, handler);
	signal(SIGALRM, handler);
	reader = signalfd(-1, &usr1, 0);
	barrier_init(&called, 2);
	run_edge(kill);
	run_edge(tgkill);
	run_edge(sigqueue);
	run_edge(pthread_kill);
	run_edge(pthread_sigqueue);
	run_edge(ualarm);
	run_edge(alarm);
	run_edge(setitimer);
	run_edge(timer);
	run_edge(sigwait);
	run_edge(sigwait_thread);
	run_edge(sigwaitinfo);
	run_edge(sigtimedwait);
	run_edge(signalfd);
	run_edge(thread_timer);
	printf("all received\n");
	return 0;
}

// CHECK: all received
