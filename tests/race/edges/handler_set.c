// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is done behind the setting of a handler is not ordered before its calls, and what
// came before an earlier setting by another thread is not ordered by a later one.
//
// RUN: %race_cc -O0 %s -o %t && %expect 66 %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect 66 %t | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "barrier.h"

static struct barrier step, was_set, handled;
long late, replaced, seen;

static void on_signal(int number)
{
	seen += late;
	seen += replaced + number;
	barrier_wait(&handled);
}

static void *sets_first(void *unused)
{
	replaced = 1;
	signal(SIGUSR1, on_signal);
	barrier_wait(&was_set);
	barrier_wait(&was_set);
	return unused;
}

static void *receives(void *unused)
{
	sigset_t none;

	sigemptyset(&none);
	barrier_wait(&step);
	barrier_wait(&step);
	pthread_sigmask(SIG_SETMASK, &none, 0);
	barrier_wait(&step);
	return unused;
}

int main(void)
{
	pthread_t first, thread;
	sigset_t all;
	pid_t child;

	barrier_init(&step, 2);
	barrier_init(&was_set, 2);
	barrier_init(&handled, 2);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, 0);
	pthread_create(&thread, 0, receives, 0);
	barrier_wait(&step);
	pthread_create(&first, 0, sets_first, 0);
	barrier_wait(&was_set);
	signal(SIGUSR1, on_signal);
	late = 1;
	barrier_wait(&was_set);
	pthread_join(first, 0);
	barrier_wait(&step);
	child = fork();
	if (child == 0) {
		syscall(SYS_kill, getppid(), SIGUSR1);
		_exit(0);
	}
	while (waitpid(child, 0, 0) < 0)
		;
	barrier_wait(&handled);
	barrier_wait(&step);
	pthread_join(thread, 0);
	fprintf(stderr, "seen %ld\n", seen);
}

// CHECK: WARNING: DATA RACE
// CHECK: Read of size 8 at {{.*}} by thread T1:
// CHECK-NEXT: on_signal()
// CHECK-NEXT: handler_set.c:24
// CHECK: Previous write of size 8 at {{.*}} by main thread:
// CHECK-NEXT: main()
// CHECK: WARNING: DATA RACE
// CHECK: Read of size 8 at {{.*}} by thread T1:
// CHECK-NEXT: on_signal()
// CHECK-NEXT: handler_set.c:25
// CHECK: Previous write of size 8 at {{.*}} by thread T2
// CHECK-NEXT: sets_first()
// CHECK-NOT: DATA RACE
// CHECK: seen 12
