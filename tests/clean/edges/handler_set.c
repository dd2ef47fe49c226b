// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who sets a handler comes before its calls, in whatever thread, whoever sends: here
// another process does (C++20 [support.signal]: signal() synchronizes with any resulting
// invocation of the handler).
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "barrier.h"

static struct barrier started, handled;
long settings[2], seen;

static void on_signal(int number)
{
	seen += settings[0] + number;
	barrier_wait(&handled);
}

static void on_signal_with_info(int number, siginfo_t *info, void *context)
{
	(void)info, (void)context;
	seen += settings[1] + number;
	barrier_wait(&handled);
}

static void *receives(void *unused)
{
	sigset_t none;

	sigemptyset(&none);
	barrier_wait(&started);
	barrier_wait(&started);
	pthread_sigmask(SIG_SETMASK, &none, 0);
	barrier_wait(&started);
	return unused;
}

/* From another process, so that nobody here comes before it. */
static void send_from_outside(int number)
{
	pid_t child = fork();

	if (child == 0) {
		syscall(SYS_kill, getppid(), number);
		_exit(0);
	}
	while (waitpid(child, 0, 0) < 0)
		;
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = on_signal_with_info, .sa_flags = SA_SIGINFO };
	pthread_t thread;
	sigset_t all;

	barrier_init(&started, 2);
	barrier_init(&handled, 2);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, 0);
	pthread_create(&thread, 0, receives, 0);
	barrier_wait(&started);
	settings[0] = 1;
	signal(SIGUSR1, on_signal);
	settings[1] = 2;
	sigaction(SIGUSR2, &action, 0);
	barrier_wait(&started);
	send_from_outside(SIGUSR1);
	barrier_wait(&handled);
	send_from_outside(SIGUSR2);
	barrier_wait(&handled);
	barrier_wait(&started);
	pthread_join(thread, 0);
	printf("seen %ld\n", seen);
}

// CHECK: seen 25
